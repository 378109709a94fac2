import { within } from '@holdfast/redis';
import type { Change } from '@holdfast/data';
import { type Logger, type Outage, watchOutage } from '@holdfast/process';

/** Somebody who is told of every change, at least once and by event in order of version. */
export interface Consumer {
  /** As an outage is called in the log: `Cache invalidation fails; …`. */
  readonly name: string;
  /**
   * Where it throws, or takes longer than `deliverTimeoutMs`, the changes stay pending and all
   * consumers are told of them again: it must bear that, and it holds back all others.
   */
  deliver(changes: readonly Change[]): Promise<void>;
}

/** Meanwhile the relay's transaction is open. */
const deliverTimeoutMs = 5_000;

/** A consumer was not told. The changes stay pending. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
}

interface DeliveryOptions {
  readonly log: Logger;
  readonly timeoutMs?: number;
}

/**
 * Tells all consumers at once. One that fails is logged, and does not stop the others; then the
 * delivery as a whole has failed, with DeliveryFailed.
 *
 * @example
 * const deliver = deliverTo([webhooks], { log });
 * await relayOutbox(database, { changeCountMax: 1_000, deliver });
 */
export function deliverTo(
  consumers: readonly Consumer[],
  { log, timeoutMs = deliverTimeoutMs }: DeliveryOptions,
): (changes: readonly Change[]) => Promise<void> {
  const watched = consumers.map((consumer) => ({
    consumer,
    outage: watchOutage(log, consumer.name),
  }));
  return async (changes) => {
    const told = await Promise.all(
      watched.map(({ consumer, outage }) =>
        isTold(() => within(timeoutMs, () => consumer.deliver(changes)), outage),
      ),
    );
    const failed = consumers.filter((_, index) => told[index] !== true);
    if (failed.length > 0) {
      throw new DeliveryFailed(`Not told: ${failed.map(({ name }) => name).join(', ')}.`);
    }
  };
}

async function isTold(deliver: () => Promise<void>, outage: Outage): Promise<boolean> {
  try {
    await deliver();
    outage.over();
    return true;
  } catch (error) {
    outage.note(error);
    return false;
  }
}
