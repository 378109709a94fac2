import { setTimeout as sleep } from 'node:timers/promises';
import { type BookingCalls, createHoldfastClient, type GivenRetryOptions } from '@holdfast/client';
import { bulkhead } from 'cockatiel';
import { type Answered, answerTo, type Call } from './call.ts';
import { connectionCountMax, type Load, type User } from './load.ts';

/** When a user comes, by its place in the crowd, and what it does then. */
interface Visits {
  /** `null`: when a connection is free. */
  readonly arrivesAtMs: (index: number) => number | null;
  readonly retry: GivenRetryOptions;
  readonly visit: (booking: BookingCalls, eventId: string) => Promise<Answered>;
}

/** How long the schedule sleeps between looks at who is due. */
const scheduleTickMs = 1;

/** No load goes on for longer, whatever the api does: whoever comes later is not sent. */
const loadDurationMaxMs = 10 * 60_000;

/** Longer than the api's own deadline, so that what it says is heard. */
const answerTimeoutMs = 20_000;

/** Each asks once, and what it hears counts. */
const once: GivenRetryOptions = {
  attemptCountMax: 1,
  attemptTimeoutMs: answerTimeoutMs,
  totalTimeoutMs: answerTimeoutMs,
};

const bookOnce = (booking: BookingCalls, eventId: string) =>
  answerTo(booking.book({ eventId, quantity: 1 }));

/**
 * Every user books one seat, all at once: as many connections as users, up to `connectionCountMax`;
 * beyond that a connection takes the next user when its own has an answer.
 *
 * @example await runClosedLoop({ urls, eventId, users, onProgress }) // a call a user
 */
export function runClosedLoop(load: Load, retry = once): Promise<readonly Call[]> {
  return storm(load, { arrivesAtMs: () => null, retry, visit: bookOnce });
}

/**
 * Users arrive on a fixed schedule, `ratePerSecond` of them, whether or not the api keeps up, and each
 * one's latency counts from the moment it should have arrived. So a stall of the api, a queue for a
 * connection and a late load generator all show in the figures (no coordinated omission).
 */
export function runOpenLoop(load: Load, ratePerSecond: number, retry = once) {
  const arrivesAtMs = (index: number) => (index * 1_000) / ratePerSecond;
  return storm(load, { arrivesAtMs, retry, visit: bookOnce });
}

/**
 * Every user does what an application would do for it, all at once: reserve one seat, then confirm the
 * hold, with the client's retries. A user's story ends with the answer to `confirm`, or the first no.
 */
export function runCrowd(load: Load): Promise<readonly Call[]> {
  return storm(load, { arrivesAtMs: () => 0, retry: {}, visit: reserveAndConfirm });
}

async function storm(load: Load, visits: Visits): Promise<readonly Call[]> {
  const { arrivesAtMs } = visits;
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const connections = bulkhead(connectionCountMax, load.users.length);
  let answeredCount = 0;
  const comes = async (user: User, index: number): Promise<Call> => {
    const sentAtMs = elapsedMs();
    const answered = await visitOf(load, visits, {
      user,
      index,
      isLate: sentAtMs > loadDurationMaxMs,
    });
    const answeredAtMs = elapsedMs();
    load.onProgress(++answeredCount);
    const arrivedAtMs = arrivesAtMs(index) ?? sentAtMs;
    const call = { type: 'book', eventId: load.eventId, quantity: 1, isScheduled: true } as const;
    return { ...call, userId: user.userId, ...answered, arrivedAtMs, sentAtMs, answeredAtMs };
  };
  const calls: Promise<Call>[] = [];
  for (const [index, user] of load.users.entries()) {
    while (elapsedMs() < (arrivesAtMs(index) ?? 0)) await sleep(scheduleTickMs);
    const call = connections.execute(() => comes(user, index));
    // Thrown in the end: nobody waits for it yet.
    call.catch(() => {});
    calls.push(call);
  }
  return Promise.all(calls);
}

interface Coming {
  readonly user: User;
  readonly index: number;
  readonly isLate: boolean;
}

async function visitOf(
  { urls, eventId }: Load,
  { visit, retry }: Visits,
  { user, index, isLate }: Coming,
): Promise<Answered> {
  if (isLate) return { bookingId: null, result: { status: 'fault', fault: 'aborted' } };
  const url = urls[index % urls.length] ?? '';
  return visit(createHoldfastClient({ url, token: user.token, retry }).booking, eventId);
}

async function reserveAndConfirm(booking: BookingCalls, eventId: string): Promise<Answered> {
  const hold = await answerTo(booking.reserve({ eventId, quantity: 1 }));
  const { bookingId, result } = hold;
  if (bookingId === null || result.status !== 'accepted') return hold;
  const confirmed = await answerTo(booking.confirm({ eventId, bookingId }));
  // It may have its hold still, unless it was told that it has not.
  return { bookingId, result: confirmed.result };
}
