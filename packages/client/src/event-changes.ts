import type { CallOptions, Caller } from './caller.ts';
import { HoldfastError } from './holdfast-error.ts';
import { canonicalId } from './ids.ts';
import type { Event, Outputs } from './procedures.ts';
import type { SeenVersions } from './seen-versions.ts';
import type { EventAnswer } from './wire.ts';

/** All changes of an event are answered alike. */
type Answer = EventAnswer<'update'>;

/** What every change of an event carries. */
interface ChangeInput {
  readonly eventId: string;
  readonly expectedVersion?: number | undefined;
}

interface ChangeParts {
  readonly caller: Caller;
  readonly seen: SeenVersions;
  readonly get: (input: { eventId: string; maxAgeMs: 0 }, options?: CallOptions) => Promise<Event>;
}

/**
 * Makes the calls that change an event: each says, the same in every attempt, which version of it the
 * client has seen.
 */
export function createChange({ caller, seen, get }: ChangeParts) {
  /** Of an event that this client may not see, or that is not there, the api says so itself. */
  async function versionNow(eventId: string, options?: CallOptions): Promise<number | undefined> {
    try {
      return (await get({ eventId, maxAgeMs: 0 }, options)).version;
    } catch (error) {
      if (error instanceof HoldfastError && error.fault === 'not_found') return undefined;
      throw error;
    }
  }

  return <Input extends ChangeInput>(
    send: (input: Input, signal: AbortSignal) => Promise<Outputs['event']['update']>,
  ) =>
    async (given: Input, options?: CallOptions): Promise<Answer> => {
      const eventId = canonicalId(given.eventId);
      const expectedVersion =
        given.expectedVersion ?? seen.find(eventId) ?? (await versionNow(eventId, options));
      const input = { ...given, expectedVersion };
      const answer = await caller.command({ eventId }, (signal) => send(input, signal), options);
      return noteAnswer(seen, answer);
    };
}

/** Remembers the event of an answer that has one. */
export function noteAnswer<Given extends Answer>(seen: SeenVersions, answer: Given): Given {
  if (answer.status === 'accepted') seen.note(answer.event);
  return answer;
}
