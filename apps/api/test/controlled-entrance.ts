import type { Admitted, Ask, Settlement } from '@holdfast/admission';
import type { OutcomeOf } from '@holdfast/data';
import type { Standing } from '@holdfast/domain';
import { Registry } from 'prom-client';
import { createAdmittedEntrance } from '../src/admission/admitted-entrance.ts';
import { type ApiCommand, createApiCommitter } from '../src/commit/api-committer.ts';
import type { Deadline } from '../src/http/deadline.ts';
import { createGroupSettler } from '../src/admission/group-settler.ts';
import { createLanes } from '../src/admission/lanes.ts';
import { createApiMetrics } from '../src/metrics.ts';
import { createPlenty } from '../src/admission/plenty.ts';
import { createSoldOutMemory, soldOutFrom } from '../src/admission/sold-out-memory.ts';

type Outcomes = OutcomeOf<ApiCommand>[];

export const longDeadline: Deadline = { remainingMs: () => 60_000 };
export const standing: Standing = {
  version: 7,
  availableSeats: 0,
  quantityPerBookingMax: 10,
  refusableForMs: 500,
};

/** A commit that ends when the test says so. */
interface PendingCommit {
  readonly ids: readonly string[];
  end(outcomes: Outcomes, standing: Standing | null): void;
  fail(error: Error): void;
}

/** An entrance whose Redis admits everybody unless told otherwise, and whose commits the test ends. */
export function createControlled(askCountMax = 500) {
  const told: (readonly [string, readonly string[]])[] = [];
  const settlements: Settlement[] = [];
  const commits: PendingCommit[] = [];
  const redis = {
    admitted: {} as Partial<Admitted>,
    lostFenceCount: 0,
    isSilent: false,
    isAway: false,
  };
  const calls = {
    admit: async (_: string, asks: readonly Ask[]): Promise<Admitted> => {
      told.push(['admit', asks.map(({ leaseId }) => leaseId)]);
      if (redis.isAway) throw new Error('Redis is away.');
      const verdicts = asks.map(() => 'admitted' as const);
      return { ...noNews, verdicts, ...redis.admitted };
    },
    settle: async (_: string, settlement: Settlement) => {
      told.push(['settle', settlement.leases.map(({ leaseId }) => leaseId)]);
      settlements.push(settlement);
      if (redis.isSilent) throw new Error('Redis is silent.');
      const raised = settlement.leases.filter(({ quantity }) => quantity === 0);
      return { base: 0, free: 0, drift: 0, fenceCount: raised.length - redis.lostFenceCount };
    },
    release: async (_: string, leases: readonly Ask[]) => {
      told.push(['release', leases.map(({ leaseId }) => leaseId)]);
    },
  };
  const metrics = createApiMetrics(new Registry());
  const memory = createSoldOutMemory({ eventCountMax: 10 });
  const plenty = createPlenty({ eventCountMax: 10 });
  const lanes = createLanes({
    admission: calls,
    limits: { ...laneLimits, askCountMax },
    onProbe: () => {},
    onAdmitted(eventId, admitted, sentAtMs) {
      const soldOut = soldOutFrom(admitted, sentAtMs);
      if (soldOut !== null) memory.remember(eventId, soldOut);
    },
  });
  const settler = createGroupSettler({ admission: calls, lanes, askCountMax });
  const committer = createApiCommitter({
    commit: (groups) =>
      groups.map(({ commands }) => {
        const { promise, resolve, reject } = Promise.withResolvers<{
          outcomes: Outcomes;
          standing: Standing | null;
        }>();
        const end = (outcomes: Outcomes, seen: Standing | null) =>
          resolve({ outcomes, standing: seen });
        commits.push({ ids: commands.map(idOf), end, fail: reject });
        return promise;
      }),
    limits: { groupSizeMax: 100, queueLengthMax: 4, eventCountMax: 10, commitCountMax: 10 },
    metrics: metrics.commits,
    settler,
  });
  const entrance = createAdmittedEntrance({
    committer,
    lanes,
    memory,
    plenty,
    settler,
    metrics: metrics.admission,
    noDurationMaxMs,
    noRepeatMs,
  });
  const submit = (command: ApiCommand, deadline = longDeadline) =>
    entrance.submit('E', { command, isFirstAttempt: true }, deadline);
  return { entrance, submit, redis, told, settlements, commits, lanes, plenty };
}

export const noRepeatMs = 50;
export const noDurationMaxMs = 300;
const noNews = { asOfMs: 1_000, base: 5, limit: 10, noForMs: 0, waitMs: 0 };
const laneLimits = {
  waitingCountMax: 100,
  eventCountMax: 10,
  probeCountMin: 4,
  probeCountMax: 100,
  retryAfterMs: 700,
};

const idOf = (command: ApiCommand) => ('bookingId' in command ? command.bookingId : command.type);
export const book = (bookingId: string): ApiCommand => ({
  type: 'book',
  bookingId,
  userId: 'ada',
  quantity: 1,
});
export const cancel = (bookingId: string): ApiCommand => ({
  type: 'cancel',
  bookingId,
  userId: 'ada',
});
export const givenBack: Outcomes[number] = {
  status: 'accepted',
  booking: {
    id: 'b',
    userId: 'ada',
    quantity: 1,
    ordinal: 1,
    status: 'cancelled',
    cancelledAt: 0,
    from: 'held',
    cancelledBy: 'user',
  },
};

/** Some turns of the event loop: enough for a call of Redis and what comes of it. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
