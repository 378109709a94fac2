import { HoldfastError, type RefusalReason } from '@holdfast/client';
import type { AnyAnswer, CommandState } from '@holdfast/react';
import { Link } from 'wouter';
import { waitOf } from '../data/wait-of.ts';
import { LimitedNotice } from '../frame/limited-notice.tsx';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { SignedOutNotice } from '../session/signed-out-notice.tsx';
import { buyerMessages } from './messages.ts';

interface CommandNewsProps {
  readonly state: CommandState<unknown, AnyAnswer | Refused>;
}

interface Refused {
  readonly status: 'refused';
  readonly reason: RefusalReason;
}

/** What became of a command, where it is not what its user wanted: what that means, and what to do next. */
export function CommandNews({ state }: CommandNewsProps) {
  const say = useMessages(buyerMessages);
  if (state.status === 'running' && state.isInDoubt) {
    return (
      <Notice tone="info" title={say('doubt.title')}>
        <p>{say('doubt.text')}</p>
      </Notice>
    );
  }
  if (state.status === 'failed') return <Failed error={state.error} />;
  if (state.status !== 'answered') return null;
  const { answer } = state;
  if (isRefused(answer)) return <Refusal reason={answer.reason} />;
  if (answer.status !== 'unknown') return null;
  return (
    <Notice tone="warning" title={say('unknown.title')}>
      <p>{say('unknown.text')}</p>
    </Notice>
  );
}

function isRefused(answer: AnyAnswer | Refused): answer is Refused {
  return answer.status === 'refused' && 'reason' in answer;
}

function Refusal({ reason }: { readonly reason: RefusalReason }) {
  const say = useMessages(buyerMessages);
  return (
    <Notice tone="warning" title={say(`refused.${reason}`)}>
      <p>{say(`refused.${reason}.next`)}</p>
      {reason === 'bookings_over_limit' && (
        <p>
          <Link href="/bookings">{say('own.link')}</Link>
        </p>
      )}
    </Notice>
  );
}

/** Nothing was done. */
function Failed({ error }: { readonly error: Error }) {
  const say = useMessages(buyerMessages);
  if (error instanceof HoldfastError && error.fault === 'unauthenticated') {
    return <SignedOutNotice />;
  }
  const waitMs = waitOf(error);
  if (waitMs !== null) return <LimitedNotice waitMs={waitMs} />;
  return (
    <Notice tone="bad" title={say('failed.title')}>
      <p>{say('failed.text')}</p>
    </Notice>
  );
}
