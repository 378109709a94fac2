import { setTimeout as sleep } from 'node:timers/promises';
import { createHoldfastClient } from '@holdfast/client';
import { type Answered, answerTo, type Call, isDoubtful } from '../load/call.ts';
import { makeUsers } from '../load/load.ts';
import { fetchOver } from '../load/router.ts';
import { organizerClient, type Target } from '../load/target.ts';
import type { Random } from '@holdfast/command/random-from';
import { changeBooking, type OwnBooking, type Tell } from './change-booking.ts';
import { type Caller, type Crowd, keptMs } from './crowd.ts';
import { oneOf } from './one-of.ts';
import { placeOrder, type TellOrder } from './place-order.ts';
import { holdDurationMs, type Stage } from './stage.ts';

interface TrafficPlan {
  readonly target: Target;
  readonly stage: Stage;
  readonly random: Random;
  /** So long clients wait for an attempt, and as long as by default for a call. Left out: shorter than by default for both. */
  readonly patienceMs?: number | undefined;
  /** New claims, on a fixed schedule whether or not the api keeps up. */
  readonly claimsPerSecond?: number | undefined;
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

export const claimsPerSecondDefault = 120;

/** Of the claims: orders of several events at once. */
const orderShare = 0.1;

/** Of the others: on the small events, and on the big one as holds. */
const smallShare = 0.4;
const holdShare = 0.2;

/** Of the holds: paid for when they have lapsed, and replaced by others. Nobody confirms the rest. */
const paidLateShare = 0.3;
const replacedShare = 0.3;

/** A payment comes so long after the hold began: mostly too late. */
const paidAfterMsMin = 0.8 * holdDurationMs;
const paidAfterMsMax = 2 * holdDurationMs;

/** Users whose holds are replaced. A replacement ends all of a user's holds, so each has one at a time. */
const replacerCount = 40;

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

/** The client's own default: longer than an api takes to say that it does not know (REQUEST_TIMEOUT_MS). */
export const patienceMsByDefault = 10_000;

/**
 * For a Citus cluster whose nodes share one machine: it commits a seventh as often as one PostgreSQL there, and a commit
 * may take seconds.
 */
export const loadOfCluster = { claimsPerSecond: 40, patienceMs: patienceMsByDefault } as const;

/** The client's own default. */
const patientTotalMs = 30_000;

/**
 * Puts a steady load on a stage: claims arrive in an open loop, most on a big event that never
 * sells out (some of them holds, which are extended and forgotten, replaced, or paid for too late; some sales change afterwards), the others on
 * events of one to three seats, whose bookings are cancelled after a moment, so that many are refused
 * and seats come back all the time. Some order seats of several of these events at once. Everybody books through the client, over all processes of the api.
 */
export function startTraffic(plan: TrafficPlan): Traffic {
  const { target, stage, random, patienceMs } = plan;
  const { claimsPerSecond = claimsPerSecondDefault } = plan;
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const calls: Call[] = [];
  const stopping = new AbortController();
  const visits: Promise<void>[] = [];
  const router = fetchOver(target.urls);
  const patient = { ...retry, attemptTimeoutMs: patienceMs, totalTimeoutMs: patientTotalMs };
  const sending = { fetch: router, retry: patienceMs === undefined ? retry : patient };
  const open = (count: number) =>
    makeUsers(target, count).map(({ userId, token }) => {
      const { url } = target;
      const { booking, order } = createHoldfastClient({ url, token, ...sending });
      return { userId, booking, order };
    });
  const { booking: organizer } = organizerClient(target, sending);
  const [callers, idleReplacers] = [open(userCount), open(replacerCount)];
  const crowd: Crowd = { callers, idleReplacers, organizer, stage, random };

  const tellOrder: TellOrder = async (asks, send) => {
    const sentAtMs = elapsedMs();
    const answers = await send();
    const times = { arrivedAtMs: sentAtMs, sentAtMs, answeredAtMs: elapsedMs() };
    for (const [index, answer] of answers.entries()) {
      const ask = asks[index];
      if (ask === undefined) throw new Error('There are more answers than lines.');
      calls.push({ ...ask, ...answer, ...times, bookingId: answer.bookingId ?? ask.bookingId });
    }
    return answers;
  };
  const tell: Tell = async (ask, send) => {
    const [answer] = await tellOrder([{ quantity: 1, ...ask }], async () => [await send()]);
    if (answer === undefined) throw new Error('A call had no answer.');
    return answer;
  };
  const schedule = async () => {
    for (let index = 0; index < claimCountMax && !stopping.signal.aborted; index += 1) {
      while (elapsedMs() < (index * 1_000) / claimsPerSecond) await sleep(scheduleTickMs);
      visits.push(visit(crowd, tell, tellOrder));
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

/** What one user does who comes along. */
async function visit(crowd: Crowd, tell: Tell, tellOrder: TellOrder): Promise<void> {
  const { stage, callers, random } = crowd;
  if (random() < orderShare) return await placeOrder(crowd, tellOrder);
  if (random() < smallShare) {
    const { eventId } = oneOf(random, stage.small);
    const isFreeAgain = await bookForAWhile(crowd, tell, { eventId, isScheduled: true });
    // Somebody has waited for that seat, and asks at once: a refusal that is only a moment old is wrong.
    if (isFreeAgain) await bookForAWhile(crowd, tell, { eventId, isScheduled: false });
    return;
  }
  const { eventId } = stage.big;
  if (random() < holdShare) return await hold(crowd, tell, eventId);
  const caller = oneOf(random, callers);
  const { userId, booking } = caller;
  const ask = { type: 'book', eventId, userId, bookingId: null, isScheduled: true } as const;
  const sold = await tell(ask, () => answerTo(booking.book({ eventId, quantity: 1 })));
  if (sold.bookingId !== null && sold.result.status === 'accepted') {
    await changeBooking(crowd, tell, { caller, eventId, bookingId: sold.bookingId });
  }
}

/** Holds a seat. Some pay for it when it has mostly lapsed, some replace it, the others extend and forget it. */
async function hold(crowd: Crowd, tell: Tell, eventId: string): Promise<void> {
  const { callers, idleReplacers, random } = crowd;
  const fate = random();
  const isPaid = fate < paidLateShare;
  const isReplaced = !isPaid && fate < paidLateShare + replacedShare;
  const replacer = isReplaced ? idleReplacers.pop() : undefined;
  const caller = replacer ?? oneOf(random, callers);
  const { userId, booking } = caller;
  const ask = { type: 'reserve', eventId, userId, bookingId: null, isScheduled: true } as const;
  const reserve = () => answerTo(booking.reserve({ eventId, quantity: 1 }));
  const { bookingId } = await tell(ask, reserve);
  const held = bookingId === null ? null : { caller, eventId, bookingId };
  if (replacer !== undefined) return await replaceOnce(crowd, tell, { replacer, held });
  if (held === null) return;
  await (isPaid ? payLate(crowd, tell, held) : extendHold(tell, held));
}

interface Replacing {
  readonly replacer: Caller;
  readonly held: OwnBooking | null;
}

/** Replaces the hold, and lets its user come again once nothing of it can touch the next one. */
async function replaceOnce(
  { idleReplacers }: Crowd,
  tell: Tell,
  { replacer, held }: Replacing,
): Promise<void> {
  const replaced = held === null ? null : await replaceHold(tell, held);
  // It may be done at any time from now on, and would end a later hold, too.
  if (replaced !== null && isDoubtful(replaced)) return;
  // The next replacement would end this one, too, until it has lapsed.
  await sleep(holdDurationMs);
  idleReplacers.push(replacer);
}

async function payLate({ random }: Crowd, tell: Tell, held: OwnBooking): Promise<void> {
  const { caller, eventId, bookingId } = held;
  const { userId, booking } = caller;
  await sleep(paidAfterMsMin + random() * (paidAfterMsMax - paidAfterMsMin));
  const ask = { type: 'confirm', eventId, userId, bookingId, isScheduled: false } as const;
  const late = { eventId, bookingId, ifLapsed: 'reacquire' } as const;
  await tell(ask, () => answerTo(booking.confirm(late)));
}

async function extendHold(tell: Tell, { caller, eventId, bookingId }: OwnBooking): Promise<void> {
  const { userId, booking } = caller;
  const ask = { type: 'extend', eventId, userId, bookingId, isScheduled: false } as const;
  await tell(ask, () => answerTo(booking.extend({ eventId, bookingId })));
}

function replaceHold(tell: Tell, { caller, eventId, bookingId }: OwnBooking): Promise<Answered> {
  const { userId, booking } = caller;
  const ask = { type: 'reserve', eventId, userId, bookingId: null, isScheduled: false } as const;
  return tell({ ...ask, replaces: bookingId }, () =>
    answerTo(booking.reserve({ eventId, quantity: 1, replace: true })),
  );
}

/** Books a seat, and cancels it after a moment. Was it free again for certain then? */
async function bookForAWhile(
  { callers, random }: Crowd,
  tell: Tell,
  { eventId, isScheduled }: Pick<Call, 'eventId' | 'isScheduled'>,
): Promise<boolean> {
  const { userId, booking } = oneOf(random, callers);
  const claim = { type: 'book', eventId, userId, bookingId: null, isScheduled } as const;
  const book = () => answerTo(booking.book({ eventId, quantity: 1 }));
  const { bookingId } = await tell(claim, book);
  // Whoever does not know whether it has a booking cancels it as well, as people do.
  if (bookingId === null) return false;
  await sleep(keptMs(random));
  const cancel = { type: 'cancel', eventId, userId, bookingId, isScheduled: false } as const;
  const ended = await tell(cancel, () => answerTo(booking.cancel({ eventId, bookingId })));
  return ended.result.status === 'accepted';
}
