import { setTimeout as sleep } from 'node:timers/promises';
import { type BookingCalls, createHoldfastClient } from '@holdfast/client';
import { type Answered, answerTo, type Call } from '../load/call.ts';
import { makeUsers } from '../load/load.ts';
import { fetchOver } from '../load/router.ts';
import type { Target } from '../load/target.ts';
import type { Random } from '@holdfast/command/random-from';
import { oneOf } from './one-of.ts';
import type { Stage } from './stage.ts';

interface TrafficPlan {
  readonly target: Target;
  readonly stage: Stage;
  readonly random: Random;
}

/** A load that goes on until it is stopped. */
export interface Traffic {
  /** Milliseconds since it began: the clock of all its calls. */
  elapsedMs(): number;
  /** The calls that have ended so far, in the order of their answers. */
  readonly calls: readonly Call[];
  /** Sends nothing new, and resolves when every call has ended; repeatable. */
  stop(): Promise<void>;
}

/** New claims a second, on a fixed schedule whether or not the api keeps up. */
export const claimsPerSecond = 120;

/** Of the claims: on the small events, and on the big one as holds that nobody confirms. */
const smallShare = 0.4;
const holdShare = 0.2;

/** How long a booking of a small event is kept before it is cancelled. */
const keptMsMin = 20;
const keptMsMax = 2_000;

const scheduleTickMs = 2;
const claimCountMax = 100_000;
const userCount = 40;

/**
 * As an application under fire would set its client: shorter than the defaults, so that a call
 * that hangs shows within the run, and with a budget that lets every call through the fault.
 */
const retry = {
  attemptCountMax: 8,
  attemptTimeoutMs: 3_000,
  totalTimeoutMs: 12_000,
  backoffBaseMs: 50,
  backoffMaxMs: 1_000,
  budgetReserveCount: 100,
  budgetRatio: 1,
};

/**
 * Puts a steady load on a stage: claims arrive in an open loop, most on a big event that never
 * sells out (some of them holds that nobody confirms), the others on events of one to three seats,
 * whose bookings are cancelled after a moment, so that many are refused and seats come back all
 * the time. Everybody books through the client, over all processes of the api.
 */
export function startTraffic({ target, stage, random }: TrafficPlan): Traffic {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const calls: Call[] = [];
  const stopping = new AbortController();
  const visits: Promise<void>[] = [];
  const router = fetchOver(target.urls);
  const callers = makeUsers(target, userCount).map(({ userId, token }) => {
    const { booking } = createHoldfastClient({ url: target.url, token, fetch: router, retry });
    return { userId, booking };
  });

  const tell: Tell = async (call, send) => {
    const sentAtMs = elapsedMs();
    const { bookingId, result } = await send();
    const times = { arrivedAtMs: sentAtMs, sentAtMs, answeredAtMs: elapsedMs() };
    calls.push({ ...call, ...times, bookingId: bookingId ?? call.bookingId, quantity: 1, result });
    return { bookingId, result };
  };
  const schedule = async () => {
    for (let index = 0; index < claimCountMax && !stopping.signal.aborted; index += 1) {
      while (elapsedMs() < (index * 1_000) / claimsPerSecond) await sleep(scheduleTickMs);
      visits.push(visit({ callers, stage, random }, tell));
    }
  };
  const scheduled = schedule();
  // Nobody waits before `stop`, which throws it.
  scheduled.catch(() => {});
  return {
    elapsedMs,
    calls,
    stop: async () => {
      stopping.abort();
      await scheduled;
      await Promise.all(visits);
    },
  };
}

/** A user of the load, with a client that outlives its calls. */
interface Caller {
  readonly userId: string;
  readonly booking: BookingCalls;
}

interface Crowd {
  readonly callers: readonly Caller[];
  readonly stage: Stage;
  readonly random: Random;
}

type Ask = Pick<Call, 'type' | 'eventId' | 'userId' | 'bookingId' | 'isScheduled'>;
type Tell = (ask: Ask, send: () => Promise<Answered>) => Promise<Answered>;

/** What one user does who comes along. */
async function visit(crowd: Crowd, tell: Tell): Promise<void> {
  const { stage, callers, random } = crowd;
  if (random() < smallShare) {
    const { eventId } = oneOf(random, stage.small);
    const isFreeAgain = await bookForAWhile(crowd, tell, { eventId, isScheduled: true });
    // Somebody has waited for that seat, and asks at once: a refusal that is only a moment old is wrong.
    if (isFreeAgain) await bookForAWhile(crowd, tell, { eventId, isScheduled: false });
    return;
  }
  const { userId, booking } = oneOf(random, callers);
  const type = random() < holdShare ? 'reserve' : 'book';
  const { eventId } = stage.big;
  const ask = { type, eventId, userId, bookingId: null, isScheduled: true } as const;
  await tell(ask, () => answerTo(booking[type]({ eventId, quantity: 1 })));
}

/** Books a seat, and cancels it after a moment. Was it free again for certain then? */
async function bookForAWhile(
  { callers, random }: Crowd,
  tell: Tell,
  { eventId, isScheduled }: Pick<Call, 'eventId' | 'isScheduled'>,
): Promise<boolean> {
  const { userId, booking } = oneOf(random, callers);
  // Some for a moment, so that a refusal is old at once, some for as long as a refusal may live.
  const keptMs = keptMsMin * (keptMsMax / keptMsMin) ** random();
  const claim = { type: 'book', eventId, userId, bookingId: null, isScheduled } as const;
  const book = () => answerTo(booking.book({ eventId, quantity: 1 }));
  const { bookingId } = await tell(claim, book);
  // Whoever does not know whether it has a booking cancels it as well, as people do.
  if (bookingId === null) return false;
  await sleep(keptMs);
  const cancel = { type: 'cancel', eventId, userId, bookingId, isScheduled: false } as const;
  const ended = await tell(cancel, () => answerTo(booking.cancel({ eventId, bookingId })));
  return ended.result.status === 'accepted';
}
