import {
  commitGroups,
  commitOrders,
  CommitContended,
  type Database,
  DatabaseUnavailable,
  findNamed,
  findOrders,
  type KnownEvents,
} from '@holdfast/data';
import { hasHoldPause } from '@holdfast/domain';
import type { Admission } from '@holdfast/redis';
import type { Deadline } from '../deadline.ts';
import { Shares } from '../fair/shares.ts';
import { Overloaded } from '../faults.ts';
import type { EngineLimits } from '../limits.ts';
import type { EngineMetrics } from '../metrics/metrics.ts';
import type { SaleTally, Told } from '../sale/sale-tally.ts';
import { commitLanes, type CommitLanesParts } from './commit-lanes.ts';
import { commitOrderLane, type OrderLaneParts } from './commit-order-lane.ts';
import { askEarly, type TakenGroup } from './early-refusal.ts';
import { Followed } from './followed.ts';
import { createGroupCommitter } from './group-committer.ts';
import type { GivenOrderOutcome, OrderArrival } from './order-words.ts';
import type { Look } from './look-before.ts';
import { rememberSeatOwners } from './seat-owners.ts';
import { tellRedis } from './tell-redis.ts';
import {
  type Arrival,
  type GivenCommand,
  type GivenOutcome,
  isReplacing,
  giverOf,
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
  /**
   * The same for an order over several events: it is committed with other orders, beside the lanes of its
   * events, under their locks. Throws and answers as `submit`.
   *
   * @example await lanes.submitOrder({ command: place, isFirstAttempt: true }, deadline)
   */
  submitOrder(arrival: OrderArrival, deadline: Deadline): Promise<GivenOrderOutcome>;
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
  const { sales } = metrics;
  const telling = admission && tellRedis(admission);
  const followed = new Followed();
  const redis = redisOf(parts, telling, followed);
  const commit = commitOn(parts, followed);
  const way: CommitLanesParts = { redis, commit, metrics: metrics.commits };
  const wayOfOrders: OrderLaneParts = {
    redis,
    findOrders: (ids) => findOrders(parts.database, ids),
    commit: commitOrdersOn(parts, followed),
    metrics: metrics.commits,
  };
  const bounds = { ...limits, failsWholeGroup, commitEventCountMax, retryAfterMs };
  const committer = createGroupCommitter<Arrival, GivenOutcome>({
    ...bounds,
    onGroup: metrics.commits.onGroup,
    commit: (groups) => commitLanes(way, groups),
    furtherGroupSizeMin: (eventId) =>
      doCommute(parts.known, eventId) ? limits.furtherGroupSizeMin : Infinity,
    callerOf: ({ command }) => giverOf(command),
  });
  const orders = createGroupCommitter<OrderArrival, GivenOrderOutcome>({
    ...bounds,
    onGroup: (_, size, waitedMs) => metrics.commits.onGroup(null, size, waitedMs),
    commit: (groups) => groups.map((group) => commitOrderLane(wayOfOrders, group)),
    furtherGroupSizeMin: () => Infinity,
    callerOf: ({ command }) => command.userId,
  });
  const share = shareOf(parts);
  const lanes: Lanes = {
    submit(eventId, arrival, deadline) {
      const { command } = arrival;
      const given = { user: giverOf(command), type: command.type, sale: sales.find(eventId) };
      return share(given, () => committer.submit(eventId, asFound(arrival), deadline));
    },
    async submitOrder(arrival, deadline) {
      const { userId, type } = arrival.command;
      const submit = () => orders.submit(laneOfOrders, arrival, deadline);
      const outcome = await share({ user: userId, type, sale: null }, submit);
      const lines = outcome.status === 'accepted' ? outcome.order.lines : [];
      for (const { eventId } of lines) sales.find(eventId)?.accepted('order');
      return outcome;
    },
    async idle() {
      await Promise.all([committer.idle(), orders.idle()]);
      await telling?.idle();
    },
  };
  return following(lanes, followed);
}

/** The same lanes, in which commands whose calls are traced are followed. */
function following(lanes: Lanes, followed: Followed): Lanes {
  return {
    submit(eventId, arrival, deadline) {
      const { span, command } = arrival;
      if (!span) return lanes.submit(eventId, arrival, deadline);
      const traced = { span, command, eventId };
      return followed.follow(traced, () => lanes.submit(eventId, arrival, deadline));
    },
    submitOrder(arrival, deadline) {
      const { span, command } = arrival;
      if (!span) return lanes.submitOrder(arrival, deadline);
      const traced = { span, command, eventId: null };
      return followed.follow(traced, () => lanes.submitOrder(arrival, deadline));
    },
    idle: () => lanes.idle(),
  };
}

/**
 * Do two groups of this event fit, whichever is written first? Not where claims rely on everything, because the
 * second would always fail; nor for a moment after a guess that was wrong, since the next would often fail, too.
 */
function doCommute(known: KnownEvents, eventId: string): boolean {
  const last = known.find(eventId);
  return last !== null && !hasHoldPause(last.event.rules.policy);
}

/** All orders of a process share one lane: those that meet share a transaction, and none waits for a lock. */
const laneOfOrders = 'orders';

/** Who gives a command of which type, and where what becomes of it is counted, if anywhere. */
interface Given {
  readonly user: string;
  readonly type: string;
  readonly sale: SaleTally | null;
}

/** Lets a user have no more than a share of what is under way, orders and all; and counts what callers are told. */
function shareOf({ limits, metrics }: LanesParts) {
  const shares = new Shares(limits.commandCountPerUserMax);
  const { overloaded } = metrics.bounds;
  return async <T extends { readonly status: Told }>(
    { user, type, sale }: Given,
    submit: () => Promise<T>,
  ): Promise<T> => {
    if (!shares.enter(user)) {
      overloaded.user_commands.inc();
      sale?.undecided('overloaded');
      throw new Overloaded(retryAfterMs);
    }
    const beganAtMs = sale === null ? 0 : performance.now();
    try {
      const outcome = await submit();
      sale?.told(type, outcome.status, performance.now() - beganAtMs);
      return outcome;
    } catch (error) {
      const isOverload = error instanceof Overloaded;
      if (isOverload) overloaded.commands.inc();
      sale?.undecided(isOverload ? 'overloaded' : 'failed');
      throw error;
    } finally {
      shares.leave(user);
    }
  };
}

/** What a command that replaces holds may take, only PostgreSQL can say: it has to find these first. */
function asFound(arrival: Arrival): Arrival {
  return isReplacing(arrival.command) ? { ...arrival, isFirstAttempt: false } : arrival;
}

function redisOf(
  { database, admission, known }: LanesParts,
  telling: ReturnType<typeof tellRedis> | null,
  followed: Followed,
): CommitLanesParts['redis'] {
  if (admission === null || telling === null) return null;
  const freeSeats = (eventId: string) => known.freeSeats(eventId);
  const look: Look = (named) => findNamed(database, named);
  const ask = (group: TakenGroup) => askEarly({ admission, freeSeats, look }, group);
  return {
    ask(group) {
      const asked = ask(group);
      return followed.isNobody ? asked : followed.share(spanOfAsk, commandsOf(group), asked);
    },
    tell: (asked, standing) => telling.tell(asked, standing),
    owners: rememberSeatOwners(),
  };
}

/** What those that are traced see of the question to Redis, and of the transaction. */
const spanOfAsk = 'holdfast.ask_redis';
const spanOfCommit = 'holdfast.commit';

function commandsOf({ commands }: TakenGroup): readonly GivenCommand[] {
  return commands.map(({ command }) => command);
}

function commitOn(
  { database, known, onVersion }: LanesParts,
  followed: Followed,
): CommitLanesParts['commit'] {
  const begin: CommitLanesParts['commit'] = (groups) =>
    commitGroups<GivenCommand>(database, groups, known).map(async (end, index) => {
      const committed = await end;
      const eventId = groups[index]?.eventId;
      if (committed.standing !== null && eventId !== undefined) {
        onVersion(eventId, committed.standing.version);
      }
      return committed;
    });
  return (groups) => {
    const ends = begin(groups);
    if (followed.isNobody) return ends;
    return ends.map((end, index) =>
      followed.share(spanOfCommit, groups[index]?.commands ?? [], end),
    );
  };
}

function commitOrdersOn(
  { database, known, onVersion }: LanesParts,
  followed: Followed,
): OrderLaneParts['commit'] {
  return async (commands) => {
    const end = commitOrders(database, commands, known);
    const committed = await (followed.isNobody ? end : followed.share(spanOfCommit, commands, end));
    for (const [eventId, standing] of committed.standings) {
      if (standing !== null) onVersion(eventId, standing.version);
    }
    return committed;
  };
}

/** Is this error nobody's in particular, so that it holds for the whole group? */
function failsWholeGroup(error: unknown): boolean {
  if (error instanceof CommitContended) return !error.isOwnDoing;
  return error instanceof DatabaseUnavailable;
}
