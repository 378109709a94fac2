import { admissionLimits } from '@holdfast/admission';
import {
  commitGroups,
  type Database,
  type GivenGroup,
  type KnownEvents,
  readIdentity,
} from '@holdfast/data';
import type { Standing } from '@holdfast/domain';
import type { Logger } from '@holdfast/process';
import { keepActiveEvents } from './active-events.ts';
import { createAdmittedEntrance } from './admitted-entrance.ts';
import {
  type ApiCommand,
  createApiCommitter,
  overloadRetryAfterMs,
} from '../commit/api-committer.ts';
import { createPlainEntrance, type Entrance } from './entrance.ts';
import { createGroupSettler, nothingToSettle } from './group-settler.ts';
import { createLanes, type LaneLimits } from './lanes.ts';
import type { Limits } from '../limits.ts';
import { meterAdmission } from './metered-admission.ts';
import type { ApiMetrics } from '../metrics.ts';
import { createPlenty } from './plenty.ts';
import { createSoldOutMemory, soldOutFrom } from './sold-out-memory.ts';
import { tellAgain } from './tell-again.ts';
import { type RedisSettings, watchAdmission } from './watch-admission.ts';

/** What an entrance is made of, with Redis or without. */
export interface EntranceParts {
  readonly database: Database;
  readonly known: KnownEvents;
  readonly limits: Limits;
  readonly metrics: ApiMetrics;
  readonly logger: Logger;
  /** Hears, before the callers do, of which version an event is after a group of this process. */
  readonly onVersion: (eventId: string, version: number) => void;
}

/** An entrance, and what it keeps open. */
export interface OpenEntrance {
  readonly entrance: Entrance;
  /** After `entrance.idle()`. */
  close(): Promise<void>;
}

/** Without Redis: every command goes straight to the bounded committer. */
export function openPlainEntrance({
  database,
  known,
  limits,
  metrics,
  logger,
  onVersion,
}: EntranceParts): OpenEntrance {
  const committer = createApiCommitter({
    commit: commitOn({ database, known }, (eventId, { version }) => onVersion(eventId, version)),
    limits,
    metrics: metrics.commits,
    settler: nothingToSettle,
  });
  logger.info('admission is off: REDIS_URL is not set. Every command goes to PostgreSQL');
  return { entrance: createPlainEntrance(committer), close: async () => {} };
}

/** A call of admission may take this part of a request's time, at most. */
const deadlineShare = 0.1;

/** Claims that Redis cannot decide and that go to PostgreSQL for all that wait. */
const probeCountMin = 4;

/**
 * With Redis before the committer. Redis may be away, now or later.
 *
 * @throws RedisUnfit, with the mend, where Redis is there, and evicts or is another deployment's
 * @example const { entrance, close } = await openAdmittedEntrance(parts, { url, prefix: 'holdfast' })
 */
export async function openAdmittedEntrance(
  { database, known, limits, metrics, logger, onVersion }: EntranceParts,
  settings: RedisSettings,
): Promise<OpenEntrance> {
  const callTimeoutMs = Math.ceil(limits.requestTimeoutMs * deadlineShare);
  const identify = () => readIdentity(database);
  const parts = { metrics: metrics.admission, logger, callTimeoutMs, identify };
  const admission = await watchAdmission(parts, settings);
  const { noRepeatMs, noDurationMaxMs, askCountMax } = admissionLimits;
  const calls = tellAgain(meterAdmission(admission, parts));
  const memory = createSoldOutMemory({ eventCountMax: limits.eventCountMax });
  const plenty = createPlenty({ eventCountMax: limits.eventCountMax });
  const active = keepActiveEvents(admission);
  const lanes = createLanes({
    admission: calls,
    limits: laneLimitsOf(limits),
    onProbe: () => metrics.admission.probes.inc(),
    onAdmitted(eventId, admitted, sentAtMs) {
      if (admitted.verdicts.includes('admitted')) active.note(eventId);
      const soldOut = soldOutFrom(admitted, sentAtMs);
      if (soldOut !== null) memory.remember(eventId, soldOut);
    },
  });
  const settler = createGroupSettler({ admission: calls, lanes, askCountMax });
  const committer = createApiCommitter({
    commit: commitOn({ database, known }, (eventId, standing) => {
      plenty.hear(eventId, standing);
      onVersion(eventId, standing.version);
    }),
    limits,
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
    noDurationMaxMs: noDurationMaxMs + noRepeatMs,
    noRepeatMs,
  });
  return {
    entrance,
    async close() {
      await calls.idle();
      active.stop();
      await admission.close();
    },
  };
}

function laneLimitsOf(limits: Limits): LaneLimits {
  return {
    askCountMax: admissionLimits.askCountMax,
    waitingCountMax: limits.queueLengthMax,
    eventCountMax: limits.eventCountMax,
    probeCountMin,
    probeCountMax: Math.max(probeCountMin, limits.groupSizeMax),
    retryAfterMs: overloadRetryAfterMs,
  };
}

/** `onStanding` hears, before the callers do, how an event stands after a group of this process. */
function commitOn(
  { database, known }: Pick<EntranceParts, 'database' | 'known'>,
  onStanding: (eventId: string, standing: Standing) => void,
) {
  return (groups: readonly GivenGroup<ApiCommand>[]) =>
    commitGroups(database, groups, known).map(async (end, index) => {
      const committed = await end;
      const eventId = groups[index]?.eventId;
      const { standing } = committed;
      if (standing !== null && eventId !== undefined) onStanding(eventId, standing);
      return committed;
    });
}
