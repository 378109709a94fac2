import { type Arrival, type Entrance, userOf } from './entrance.ts';
import type { BoundMetrics } from '../bound-metrics.ts';
import { overloadRetryAfterMs } from '../commit/api-committer.ts';
import { Shares } from '../fair/shares.ts';
import { Fault } from '../http/faults.ts';

interface UserSharesOptions {
  /** Commands of one user that are under way in this process, over all events, at most. */
  readonly commandCountPerUserMax: number;
  readonly metrics: BoundMetrics;
}

/**
 * No user has more than a share of the commands under way in this process, so whatever one sends, and
 * to however many events, there are places for the commands of others. It counts from the entrance
 * to the answer, so it holds in admission, in every event's queue, and in commits.
 *
 * Faults: `overloaded`, for that user alone; and those of the entrance.
 *
 * @example shareAmongUsers(entrance, { commandCountPerUserMax: 100, metrics })
 */
export function shareAmongUsers(entrance: Entrance, options: UserSharesOptions): Entrance {
  const { overloaded } = options.metrics;
  const shares = new Shares(options.commandCountPerUserMax);
  return {
    async submit(eventId, arrival: Arrival, deadline) {
      const user = userOf(arrival.command);
      if (!shares.enter(user)) {
        overloaded.user_commands.inc();
        throw new Fault('overloaded', { retryAfterMs: overloadRetryAfterMs });
      }
      try {
        return await entrance.submit(eventId, arrival, deadline);
      } catch (error) {
        if (error instanceof Fault && error.code === 'overloaded') overloaded.commands.inc();
        throw error;
      } finally {
        shares.leave(user);
      }
    },
    idle: () => entrance.idle(),
  };
}
