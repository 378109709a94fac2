import type { OrderCommand, OrdersDecision } from '@holdfast/domain';
import { guardLost } from '../commit/attempt.ts';
import { attemptCountMax, attemptsDurationMaxMs, pauseAfter } from '../commit/attempt-alone.ts';
import { CommitContended, DatabaseUnavailable, faultKind } from '../connection/faults.ts';
import {
  attemptOrders,
  OrdersInDoubt,
  type OrdersWriter,
  type OrdersWritten,
} from './attempt-orders.ts';

/** What came of a bounded number of attempts. */
export interface OrdersEnd {
  /** `null`: none ended well, and an earlier one is in doubt. */
  readonly written: OrdersWritten | null;
  /** What was decided in each attempt whose connection broke at the commit. */
  readonly doubts: readonly OrdersDecision[];
}

/**
 * Attempts until one ends well, so many times and for so long at most.
 *
 * Throws, with nothing in doubt, DatabaseUnavailable, CommitContended, and else what is a bug.
 */
export async function attemptOrdersUntilEnded(
  writer: OrdersWriter,
  commands: readonly OrderCommand[],
): Promise<OrdersEnd> {
  const startedAtMs = performance.now();
  const isTimeLeft = () => performance.now() - startedAtMs <= attemptsDurationMaxMs;
  const doubts: OrdersDecision[] = [];
  let lastError: unknown = guardLost;
  for (let attempt = 1; attempt <= attemptCountMax && isTimeLeft(); attempt += 1) {
    try {
      const written = await attemptOrders(writer, commands);
      if (written !== null) return { written, doubts };
      lastError = guardLost;
    } catch (error) {
      lastError = error;
      if (error instanceof OrdersInDoubt) doubts.push(error.decision);
      else if (faultKind(error) === 'bug') break;
      if (attempt < attemptCountMax) await pauseAfter(attempt);
    }
  }
  if (doubts.length > 0) return { written: null, doubts };
  throw faultToTell(lastError);
}

function faultToTell(error: unknown): unknown {
  const kind = faultKind(error);
  if (kind === 'bug' && error !== guardLost) return error;
  return kind === 'broken' || kind === 'failing'
    ? new DatabaseUnavailable(error)
    : new CommitContended(error);
}
