import { pace } from '../judge/pace.ts';
import { HoldfastError } from '@holdfast/client';
import { tally } from '../judge/tally.ts';
import { makeUsers } from '../load/load.ts';
import { runClosedLoop } from '../load/storm.ts';
import { organizerClient, type Target } from '../load/target.ts';

/** How a storm went, or why there was none. */
export type StormAnswer =
  | {
      readonly status: 'over';
      readonly users: number;
      readonly confirmed: number;
      readonly refused: number;
      /** Errors, and those who never heard what happened to their call. */
      readonly unclear: number;
      readonly durationMs: number;
    }
  | {
      readonly status: 'refused';
      readonly reason: 'storm_under_way' | 'event_not_found' | 'not_on_sale' | 'not_this_machine';
      readonly message: string;
    };

/** Sends a crowd to an event: one at a time. */
export type Storm = (eventId: string) => Promise<StormAnswer>;

/** The crowd of `stress`, as it comes when nothing else is said. */
export const stormUserCount = 1_000;

/** Everybody asks once and at once, so this is also how long a storm takes at most. */
const answerTimeoutMs = 15_000;

const messages = {
  storm_under_way: 'A storm is under way. Wait until it is over.',
  event_not_found: 'There is no such event.',
  not_on_sale: 'The event is not on sale: open it first.',
  not_this_machine: 'The api does not listen on this machine alone, so no crowd is sent to it.',
} as const;

/**
 * Storms on an event of a running stack: new users, each with a token of its own, book one seat, as those of `stress`.
 *
 * @example
 * const storm = createStorm(stack);
 * await storm(eventId); // { status: 'over', users: 1_000, confirmed: 500, refused: 500, … }
 */
export function createStorm(target: Target): Storm {
  let isUnderWay = false;
  return async (eventId) => {
    if (isUnderWay) return refused('storm_under_way');
    isUnderWay = true;
    try {
      return await stormOn(target, eventId);
    } finally {
      isUnderWay = false;
    }
  };
}

async function stormOn(target: Target, eventId: string): Promise<StormAnswer> {
  const { urls } = target;
  if (!urls.every((url) => new URL(url).hostname === '127.0.0.1'))
    return refused('not_this_machine');
  const status = await statusOf(target, eventId);
  if (status === null) return refused('event_not_found');
  if (status !== 'on_sale') return refused('not_on_sale');
  const users = makeUsers(target, stormUserCount);
  const calls = await runClosedLoop(
    { urls, eventId, users, onProgress: () => {} },
    answerTimeoutMs,
  );
  const { confirmed, refused: refusedCount, errors, unknown } = tally(calls);
  return {
    status: 'over',
    users: users.length,
    confirmed,
    refused: refusedCount,
    unclear: errors + unknown,
    durationMs: Math.round(pace(calls).lastAnswerMs),
  };
}

/** `null`: there is no such event, or that is no id. */
async function statusOf(target: Target, eventId: string): Promise<string | null> {
  try {
    // What another process has closed a moment ago is closed.
    return (await organizerClient(target).event.get({ eventId, maxAgeMs: 0 })).status;
  } catch (error) {
    const isNone =
      error instanceof HoldfastError && ['not_found', 'bad_input'].includes(error.fault);
    if (isNone) return null;
    throw error;
  }
}

function refused(reason: keyof typeof messages): StormAnswer {
  return { status: 'refused', reason, message: messages[reason] };
}
