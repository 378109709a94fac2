import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { useSession } from './session-provider.tsx';

/** What became of a link that signs in once. */
export function SignInLinkNotice() {
  const say = useMessages(frameMessages);
  const { link } = useSession();
  if (link === 'none') return null;
  if (link === 'signing_in') return <output>{say('signIn.working')}</output>;
  return (
    <Notice tone="warning" title={say('signIn.linkFailed')}>
      <p>{say('signIn.linkFailedText')}</p>
    </Notice>
  );
}
