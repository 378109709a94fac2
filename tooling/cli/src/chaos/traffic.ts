import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from './call.ts';
import { type Answered, answerTo, type Caller } from './callers.ts';
import { oneOf, type Random } from './random.ts';
import type { Stage } from './stage.ts';

/** What the load is made of. */
export interface TrafficPlan {
  readonly stage: Stage;
  readonly callers: readonly Caller[];
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

/**
 * Puts a steady load on a stage: claims arrive in an open loop, most on a big event that never
 * sells out (some of them holds that nobody confirms), the others on events of one to three seats,
 * whose bookings are cancelled after a moment, so that many are refused and seats come back all
 * the time.
 */
export function startTraffic(plan: TrafficPlan): Traffic {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const calls: Call[] = [];
  const stopping = new AbortController();
  const visits: Promise<void>[] = [];

  const tell = async (call: Claim, send: () => Promise<Answered>): Promise<Answered> => {
    const sentAtMs = elapsedMs();
    const answered = await send();
    const answeredAtMs = elapsedMs();
    const { result } = answered;
    const bookingId = answered.bookingId ?? call.bookingId;
    calls.push({ ...call, bookingId, quantity: 1, sentAtMs, answeredAtMs, result });
    return answered;
  };
  const schedule = async () => {
    for (let index = 0; index < claimCountMax && !stopping.signal.aborted; index += 1) {
      const arrivesAtMs = (index * 1_000) / claimsPerSecond;
      while (elapsedMs() < arrivesAtMs) await sleep(scheduleTickMs);
      visits.push(visit(plan, tell));
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

type Claim = Pick<Call, 'type' | 'eventId' | 'userId' | 'bookingId' | 'isScheduled'>;
type Tell = (call: Claim, send: () => Promise<Answered>) => Promise<Answered>;

/** What one user does who comes along. */
async function visit(plan: TrafficPlan, tell: Tell): Promise<void> {
  const { stage, callers, random } = plan;
  if (random() < smallShare) {
    const { eventId } = oneOf(random, stage.small);
    const isFreeAgain = await bookForAWhile(plan, tell, { eventId, isScheduled: true });
    // Somebody has waited for that seat, and asks at once: a no that is only a moment old is wrong.
    if (isFreeAgain) await bookForAWhile(plan, tell, { eventId, isScheduled: false });
    return;
  }
  const { userId, booking } = oneOf(random, callers);
  const type = random() < holdShare ? 'reserve' : 'book';
  const { eventId } = stage.big;
  const claim = { type, eventId, userId, bookingId: null, isScheduled: true } as const;
  await tell(claim, () => answerTo(booking[type]({ eventId, quantity: 1 })));
}

/** Books a seat, and cancels it after a moment. Was it free again for certain then? */
async function bookForAWhile(
  { callers, random }: TrafficPlan,
  tell: Tell,
  { eventId, isScheduled }: Pick<Call, 'eventId' | 'isScheduled'>,
): Promise<boolean> {
  const { userId, booking } = oneOf(random, callers);
  // Some for a moment, so that a no is old at once, some for as long as a no may live.
  const keptMs = keptMsMin * (keptMsMax / keptMsMin) ** random();
  const claim = { type: 'book', eventId, userId, bookingId: null, isScheduled } as const;
  const { bookingId, result } = await tell(claim, () =>
    answerTo(booking.book({ eventId, quantity: 1 })),
  );
  // Whoever does not know whether it has a booking cancels it as well, as people do.
  if (bookingId === null || result.status === 'refused') return false;
  await sleep(keptMs);
  const cancel = { type: 'cancel', eventId, userId, bookingId, isScheduled: false } as const;
  const ended = await tell(cancel, () => answerTo(booking.cancel({ eventId, bookingId })));
  return ended.result.status === 'accepted';
}
