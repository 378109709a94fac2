import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, type Database, relayOutbox } from '@holdfast/data';

const periodMs = 10;

/** What a worker does all the time: tells of every commit. */
export function startRelay(
  database: Database,
  deliver: (changes: readonly Change[]) => Promise<void> = async () => {},
): { stop(): Promise<void> } {
  const stop = new AbortController();
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await relayOutbox(database, { changeCountMax: 1_000, deliver });
      await sleep(periodMs);
    }
  }
  const done = run();
  return {
    async stop() {
      stop.abort();
      await done;
    },
  };
}
