import {
  commitGroups,
  CommitContended,
  type Database,
  DatabaseUnavailable,
  type KnownEvents,
} from '@holdfast/data';
import type { Admission } from '@holdfast/redis';
import type { Deadline } from '../deadline.ts';
import { Shares } from '../fair/shares.ts';
import { Overloaded } from '../faults.ts';
import type { EngineLimits } from '../limits.ts';
import type { EngineMetrics } from '../metrics/metrics.ts';
import { commitLanes, type CommitLanesParts } from './commit-lanes.ts';
import { askEarly } from './early-refusal.ts';
import { createGroupCommitter } from './group-committer.ts';
import { rememberSeatOwners } from './seat-owners.ts';
import { tellRedis } from './tell-redis.ts';
import {
  type Arrival,
  type GivenCommand,
  type GivenOutcome,
  isReplacing,
  userOf,
} from './words.ts';

/** Where commands go in: to the lane of their event. */
export interface Lanes {
  /**
   * Has the command committed with others of its event, or refuses it at once where it is certain
   * that PostgreSQL would. Either way the answer is the same one.
   *
   * Throws Overloaded when a bound is reached, or at the deadline while the command still waited
   * (nothing was written either way); whatever the commit threw: DatabaseUnavailable, CommitContended.
   * A deadline that passes while the commit is in flight answers `{ status: 'unknown' }`.
   *
   * @example await lanes.submit(eventId, { command, isFirstAttempt: true }, deadline)
   */
  submit(eventId: string, arrival: Arrival, deadline: Deadline): Promise<GivenOutcome>;
  /** Resolves when nothing waits, nothing is in flight, and Redis was told all there is to tell. */
  idle(): Promise<void>;
}

interface LanesParts {
  readonly database: Database;
  /** How this process's last commits left their events. */
  readonly known: KnownEvents;
  /** `null`: without Redis everything goes to PostgreSQL. */
  readonly admission: Pick<Admission, 'ask' | 'settle'> | null;
  readonly limits: EngineLimits;
  readonly metrics: EngineMetrics;
  /** Hears, before the callers do, of which version an event is after a group of this process. */
  readonly onVersion: (eventId: string, version: number) => void;
}

/** What a caller that was refused for lack of room is told to wait. */
const retryAfterMs = 1_000;

/**
 * Events in one commit: what the others cost beside the first falls with their number, and beyond
 * this hardly further, while a group that fails has all of them tried alone.
 */
const commitEventCountMax = 64;

/**
 * One lane an event: what waits for it waits there, in one queue, and goes from there in groups.
 *
 * @example
 * const lanes = openLanes({ database, known, admission: null, limits, metrics, onVersion: () => {} });
 * await lanes.submit(eventId, { command, isFirstAttempt: true }, deadlineAfter(8_000));
 */
export function openLanes(parts: LanesParts): Lanes {
  const { limits, metrics, admission } = parts;
  const telling = admission && tellRedis(admission);
  const way: CommitLanesParts = {
    redis: redisOf(parts, telling),
    commit: commitOn(parts),
    metrics: metrics.commits,
  };
  const committer = createGroupCommitter<Arrival, GivenOutcome>({
    ...limits,
    commit: (groups) => commitLanes(way, groups),
    failsWholeGroup,
    callerOf: ({ command }) => userOf(command),
    onGroup: metrics.commits.onGroup,
    commitEventCountMax,
    retryAfterMs,
  });
  const shares = new Shares(limits.commandCountPerUserMax);
  const { overloaded } = metrics.bounds;
  return {
    async submit(eventId, arrival, deadline) {
      const user = userOf(arrival.command);
      if (!shares.enter(user)) {
        overloaded.user_commands.inc();
        throw new Overloaded(retryAfterMs);
      }
      try {
        return await committer.submit(eventId, asFound(arrival), deadline);
      } catch (error) {
        if (error instanceof Overloaded) overloaded.commands.inc();
        throw error;
      } finally {
        shares.leave(user);
      }
    },
    async idle() {
      await committer.idle();
      await telling?.idle();
    },
  };
}

/** What a command that replaces holds may take, only PostgreSQL can say: it has to find these first. */
function asFound(arrival: Arrival): Arrival {
  return isReplacing(arrival.command) ? { ...arrival, isFirstAttempt: false } : arrival;
}

function redisOf(
  { admission, known }: LanesParts,
  telling: ReturnType<typeof tellRedis> | null,
): CommitLanesParts['redis'] {
  if (admission === null || telling === null) return null;
  const freeSeats = (eventId: string) => known.freeSeats(eventId);
  return {
    ask: (group) => askEarly({ admission, freeSeats }, group),
    tell: (asked, standing) => telling.tell(asked, standing),
    owners: rememberSeatOwners(),
  };
}

function commitOn({ database, known, onVersion }: LanesParts): CommitLanesParts['commit'] {
  return (groups) =>
    commitGroups<GivenCommand>(database, groups, known).map(async (end, index) => {
      const committed = await end;
      const eventId = groups[index]?.eventId;
      if (committed.standing !== null && eventId !== undefined) {
        onVersion(eventId, committed.standing.version);
      }
      return committed;
    });
}

/** Is this error nobody's in particular, so that it holds for the whole group? */
function failsWholeGroup(error: unknown): boolean {
  return error instanceof DatabaseUnavailable || error instanceof CommitContended;
}
