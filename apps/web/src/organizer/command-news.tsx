import { HoldfastError, type RefusalReason } from '@holdfast/client';
import type { AnyAnswer, CommandState } from '@holdfast/react';
import { waitOf } from '../data/wait-of.ts';
import { LimitedNotice } from '../frame/limited-notice.tsx';
import { frameMessages } from '../frame/messages.ts';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { organizerMessages } from './messages.ts';

interface Refused {
  readonly status: 'refused';
  readonly reason: RefusalReason;
  readonly message: string;
}

/** What an organizer's command answers, as far as it is told here. */
export type OrganizerAnswer = AnyAnswer | Refused;

interface CommandNewsProps {
  readonly state: CommandState<unknown, OrganizerAnswer>;
}

/** What became of an organizer's command: done, refused and why, in doubt, or not done. */
export function CommandNews({ state }: CommandNewsProps) {
  const say = useMessages(organizerMessages);
  if (state.status === 'idle') return null;
  if (state.status === 'failed') return <Failed error={state.error} />;
  if (state.status === 'running') {
    if (!state.isInDoubt) return null;
    return (
      <Notice tone="info" title={say('doubt.title')}>
        <p>{say('doubt.text')}</p>
      </Notice>
    );
  }
  if (isRefused(state.answer)) return <Refusal refused={state.answer} />;
  if (state.answer.status !== 'unknown') return <Notice tone="good" title={say('done.title')} />;
  return (
    <Notice tone="warning" title={say('unknown.title')}>
      <p>{say('unknown.text')}</p>
    </Notice>
  );
}

function isRefused(answer: OrganizerAnswer): answer is Refused {
  return answer.status === 'refused' && 'reason' in answer;
}

/** Those that an organizer can meet here. The others are for buyers, and said in the api's own words. */
const reasons = [
  'capacity_below_taken',
  'event_changed',
  'event_cancelled',
  'event_not_found',
  'sale_already_over',
  'invalid_rules',
  'id_taken',
  'booking_not_found',
  'booking_cancelled',
  'not_confirmed',
  'hold_lapsed',
] as const satisfies readonly RefusalReason[];

function Refusal({ refused }: { readonly refused: Refused }) {
  const say = useMessages(organizerMessages);
  const known = reasons.find((reason) => reason === refused.reason);
  return (
    <Notice tone="warning" title={say('refused.title')}>
      {known === undefined ? <p lang="en">{refused.message}</p> : <p>{say(`refused.${known}`)}</p>}
    </Notice>
  );
}

/** Nothing was done. What is wrong with fields is said at these. */
function Failed({ error }: { readonly error: Error }) {
  const say = useMessages(organizerMessages);
  const sayFrame = useMessages(frameMessages);
  const fault = error instanceof HoldfastError ? error.fault : 'bug';
  if (fault === 'bad_input') return null;
  if (fault === 'unauthenticated') {
    return (
      <Notice tone="warning" title={sayFrame('signedOut.title')}>
        <p>{sayFrame('signedOut.text')}</p>
      </Notice>
    );
  }
  const waitMs = waitOf(error);
  if (waitMs !== null) return <LimitedNotice waitMs={waitMs} />;
  return (
    <Notice tone="bad" title={say('failed.title')}>
      <p>{say('failed.text')}</p>
    </Notice>
  );
}
