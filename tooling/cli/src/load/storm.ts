import { setTimeout as sleep } from 'node:timers/promises';
import { createHoldfastClient } from '@holdfast/client';
import { bulkhead } from 'cockatiel';
import { type Answered, answerTo, type Call } from './call.ts';
import { connectionCountMax, type Load, type User } from './load.ts';
import { openWire } from './wire.ts';

/** When a user comes, by its place in the crowd; `null`: when a connection is free. */
type Arrival = (index: number) => number | null;

/** What a user does when it comes. */
type Visit = (user: User) => Promise<Answered>;

/** How long the schedule sleeps between looks at who is due. */
const scheduleTickMs = 1;

/** No load goes on for longer, whatever the api does: whoever comes later is not sent. */
const loadDurationMaxMs = 10 * 60_000;

/** Longer than the api's own deadline, so that what it says is heard. */
const answerTimeoutMsDefault = 20_000;

/**
 * Every user books one seat, all at once: as many connections as users, up to `connectionCountMax`;
 * beyond that a connection takes the next user when its own has an answer. Nobody asks twice.
 *
 * @example await runClosedLoop({ urls, eventId, users, onProgress }) // a call a user
 */
export function runClosedLoop(load: Load, answerTimeoutMs = answerTimeoutMsDefault) {
  return askOnce(load, () => null, answerTimeoutMs);
}

/**
 * Users arrive on a fixed schedule, `ratePerSecond` of them, whether or not the api keeps up, and each
 * one's latency counts from the moment it should have arrived. So a stall of the api, a queue for a
 * connection and a late load generator all show in the figures (no coordinated omission).
 */
export function runOpenLoop(
  load: Load,
  ratePerSecond: number,
  answerTimeoutMs = answerTimeoutMsDefault,
) {
  return askOnce(load, (index) => (index * 1_000) / ratePerSecond, answerTimeoutMs);
}

async function askOnce(
  load: Load,
  arrivesAtMs: Arrival,
  answerTimeoutMs: number,
): Promise<readonly Call[]> {
  const { urls, eventId } = load;
  const connectionCount = Math.floor(connectionCountMax / urls.length);
  const wires = urls.map((url) => openWire(url, connectionCount, answerTimeoutMs));
  const visits = wires.map(
    (wire): Visit =>
      (user) =>
        wire.book(user, eventId),
  );
  try {
    return await storm(load, arrivesAtMs, visits);
  } finally {
    for (const wire of wires) wire.close();
  }
}

/**
 * Every user does what an application would do for it, all at once: reserve one seat, then confirm the
 * hold, through a client with its retries. It ends with the answer to `confirm`, or the first no.
 */
export function runCrowd(load: Load): Promise<readonly Call[]> {
  const { urls, eventId } = load;
  const visits = urls.map(
    (url): Visit =>
      async ({ token }) => {
        const { booking } = createHoldfastClient({ url, token });
        const hold = await answerTo(booking.reserve({ eventId, quantity: 1 }));
        const { bookingId, result } = hold;
        if (bookingId === null || result.status !== 'accepted') return hold;
        const confirmed = await answerTo(booking.confirm({ eventId, bookingId }));
        // It may have its hold still, unless it was told that it has not.
        return { bookingId, result: confirmed.result };
      },
  );
  return storm(load, () => 0, visits);
}

/** The users are dealt to the visits in turn, one of each api process. */
async function storm(
  load: Load,
  arrivesAtMs: Arrival,
  visits: readonly Visit[],
): Promise<readonly Call[]> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const connections = bulkhead(connectionCountMax, load.users.length);
  let answeredCount = 0;
  const comes = async (user: User, index: number): Promise<Call> => {
    const sentAtMs = elapsedMs();
    const visit = sentAtMs > loadDurationMaxMs ? stayAway : visits[index % visits.length];
    const answered = await (visit ?? stayAway)(user);
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

const stayAway: Visit = async () => ({
  bookingId: null,
  result: { status: 'fault', fault: 'not_sent' },
});
