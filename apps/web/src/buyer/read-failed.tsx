import { useMessages } from '../language/language-provider.tsx';
import { faultOf } from '../data/fault-of.ts';
import { waitOf } from '../data/wait-of.ts';
import { LimitedNotice } from '../frame/limited-notice.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { SignedOutNotice } from '../session/signed-out-notice.tsx';
import { buyerMessages } from './messages.ts';

interface ReadFailedProps {
  readonly error: unknown;
  readonly onAgain: () => void;
}

/** Something could not be read: what that means, and what to do. */
export function ReadFailed({ error, onAgain }: ReadFailedProps) {
  const say = useMessages(buyerMessages);
  const fault = error instanceof Error ? faultOf(error) : 'bug';
  if (fault === 'unauthenticated') return <SignedOutNotice />;
  if (fault === 'not_found') {
    return (
      <Notice tone="warning" title={say('event.missing')}>
        <p>{say('event.missingText')}</p>
      </Notice>
    );
  }
  const waitMs = waitOf(error);
  const again = <Button onClick={onAgain}>{say('read.again')}</Button>;
  if (waitMs !== null) return <LimitedNotice waitMs={waitMs}>{again}</LimitedNotice>;
  return (
    <Notice tone="warning" title={say('read.failed')}>
      <p>{say('read.failedText')}</p>
      {again}
    </Notice>
  );
}
