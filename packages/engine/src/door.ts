import { Draining } from './faults.ts';
import type { Lanes } from './lane/lanes.ts';
import type { Engine } from './open-engine.ts';

/** Where commands go in, until it is closed. */
export interface Door extends Pick<Lanes, 'submit' | 'submitOrder'> {
  /** Lets nobody in any more, and resolves when all who went in have their answers. Safe to repeat. */
  close(): Promise<void>;
}

const retryAfterMs = 1_000;

/**
 * A door to an engine that closes with it. Who gave seats back may be told later than the lanes are idle, so
 * it counts the callers, not the commands.
 *
 * @example const door = openDoor(engine)
 */
export function openDoor(engine: Engine): Door {
  const { lanes, reads, database } = engine;
  /** As many as the lanes have room for. */
  const underWay = new Set<Promise<unknown>>();
  let closing: Promise<void> | null = null;

  async function closeAll(): Promise<void> {
    reads.live.end();
    await Promise.allSettled(underWay);
    await engine.close();
    await database.close();
  }

  async function enter<T>(submit: () => Promise<T>): Promise<T> {
    if (closing !== null) throw new Draining(retryAfterMs);
    const answer = submit();
    underWay.add(answer);
    try {
      return await answer;
    } finally {
      underWay.delete(answer);
    }
  }

  return {
    submit: (...given) => enter(() => lanes.submit(...given)),
    submitOrder: (...given) => enter(() => lanes.submitOrder(...given)),
    close: () => (closing ??= closeAll()),
  };
}
