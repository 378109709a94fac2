import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, relayOutbox } from '@holdfast/data';

const periodMs = 10;

/** What a worker does all the time: tells of every commit. */
export function startRelay(database: Database): { stop(): Promise<void> } {
  const stop = new AbortController();
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
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
