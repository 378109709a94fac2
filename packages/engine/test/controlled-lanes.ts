import type { Heard } from '@holdfast/redis';
import type { CommittedGroup, Found, Named } from '@holdfast/data';
import type { Booking, Standing } from '@holdfast/domain';
import { Registry } from 'prom-client';
import { commitLanes, type CommitLanesParts } from '../src/lane/commit-lanes.ts';
import { askEarly } from '../src/lane/early-refusal.ts';
import { rememberSeatOwners } from '../src/lane/seat-owners.ts';
import { tellRedis } from '../src/lane/tell-redis.ts';
import type { Arrival, CommittedOutcome, GivenCommand } from '../src/lane/words.ts';
import { createEngineMetrics } from '../src/metrics/metrics.ts';

export const standing: Standing = {
  version: 7,
  availableSeats: 0,
  quantityPerBookingMax: 10,
  refusableForMs: 500,
};

export const nothingHeard: Heard = { asOfMs: 5, free: null, limit: null, certainty: 'unknown' };
export const soldOutHeard: Heard = { asOfMs: 5, free: 0, limit: 10, certainty: 'certain' };
export const expiredHeard: Heard = { ...soldOutHeard, certainty: 'expired' };

/** A commit that ends when the test says so. */
interface PendingCommit {
  readonly ids: readonly string[];
  readonly isFirstAttempt: boolean;
  end(status?: 'accepted' | 'refused', seen?: Standing | null): void;
  fail(error: Error): void;
}

/** All that is named is there, and ada's. */
export const foundAll = async ({ bookingIds, userIds }: Named): Promise<Found> => ({
  bookings: new Map(bookingIds.map((id) => [id, { userId: 'ada', isActive: true }])),
  owners: new Set(userIds),
  organizerId: 'olga',
});

/** What PostgreSQL and Redis are asked and told, where the test says what they answer. */
export function createControlled(freeSeats: number | null = null) {
  const commits: PendingCommit[] = [];
  const asked: (string | null)[] = [];
  const settled: (string | null)[] = [];
  const redis = {
    /** What is heard, one after the other; the last one again and again. */
    heard: [nothingHeard] as Heard[],
    isAway: false,
    settle: async () => ({ drift: 0 }),
  };
  const admission = {
    async ask(_: string, fence: string | null): Promise<Heard> {
      asked.push(fence);
      if (redis.isAway) throw new Error('Redis is away.');
      const [heard = nothingHeard] =
        redis.heard.length > 1 ? redis.heard.splice(0, 1) : redis.heard;
      return heard;
    },
    async settle(_: string, { fence }: { readonly fence: string | null }) {
      settled.push(fence);
      return await redis.settle();
    },
  };
  const telling = tellRedis(admission);
  const owners = rememberSeatOwners();
  const parts: CommitLanesParts = {
    redis: {
      ask: (group) => askEarly({ admission, freeSeats: () => freeSeats, look: foundAll }, group),
      tell: (group, seen) => telling.tell(group, seen),
      owners,
    },
    commit: (groups) =>
      groups.map(({ commands, isFirstAttempt }) => begin(commands, isFirstAttempt)),
    metrics: createEngineMetrics(new Registry()).commits,
  };

  function begin(commands: readonly GivenCommand[], isFirstAttempt: boolean) {
    const { promise, resolve, reject } = Promise.withResolvers<CommittedGroup<CommittedOutcome>>();
    commits.push({
      ids: commands.map(idOf),
      isFirstAttempt,
      end: (status = 'accepted', seen = standing) =>
        resolve({
          outcomes: commands.map((command) => outcomeOf(command, status)),
          standing: seen,
        }),
      fail: reject,
    });
    return promise;
  }

  /** Has a group go its way; what was answered before its end, by id, and what it ends in. */
  function submit(commands: readonly Arrival[], by: CommitLanesParts = parts) {
    const now = new Map<string, unknown>();
    const answerNow = (place: number, outcome: unknown) => {
      const arrival = commands[place];
      if (arrival !== undefined) now.set(idOf(arrival.command), outcome);
    };
    const [end] = commitLanes(by, [{ eventId: 'E', commands, answerNow }]);
    if (end === undefined) throw new Error('One group has one end.');
    return { now, end };
  }

  return { admission, parts, redis, telling, owners, asked, settled, commits, submit };
}

const idOf = (command: GivenCommand) => ('bookingId' in command ? command.bookingId : command.type);

export const soldOut = { status: 'refused', reason: 'sold_out' } as const;

export function bookingOf(id: string): Booking {
  const about = { id, userId: 'ada', quantity: 1, ordinal: 1 };
  return { ...about, status: 'cancelled', cancelledAt: 0, from: 'held', cancelledBy: 'user' };
}

function outcomeOf(command: GivenCommand, status: 'accepted' | 'refused'): CommittedOutcome {
  return status === 'refused' ? soldOut : { status, booking: bookingOf(idOf(command)) };
}

/** A claim of one seat under an id that is new. */
export function book(bookingId: string, quantity = 1, userId = 'ada'): Arrival {
  const command = { type: 'book', bookingId, userId, quantity } as const;
  return { command, isFirstAttempt: true };
}

export function retried({ command }: Arrival): Arrival {
  return { command, isFirstAttempt: false };
}

export function cancel(bookingId: string): Arrival {
  const command = { type: 'cancel', bookingId, userId: 'ada' } as const;
  return { command, isFirstAttempt: false };
}

/** Some turns of the event loop: enough for a call of Redis and what comes of it. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
