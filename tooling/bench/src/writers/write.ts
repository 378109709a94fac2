import {
  CommitContended,
  commitGroups,
  createKnownEvents,
  type Database,
  openDatabase,
} from '@holdfast/data';
import { v7 } from 'uuid';
import type { WriterOrder, Written } from './measure-writers.ts';

/**
 * A process that calls `commit` straight, one group after the other: `node write.ts <databaseUrl>`.
 * Its parent orders each run over the channel, and when that closes, it ends.
 */
const [, , url = ''] = process.argv;
const groupSize = 50;

process.once('disconnect', () => process.exit());
const database = await openDatabase({ url, applicationName: 'holdfast-bench-writer' });
const known = createKnownEvents();
process.on('message', (order: WriterOrder) => {
  void write(database, order).then((written) => process.send?.(written));
});
process.send?.('ready');

async function write(on: Database, { eventId, durationMs }: WriterOrder): Promise<Written> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const latenciesMs: number[] = [];
  let [seatCount, contendedCount] = [0, 0];
  while (elapsedMs() < durationMs) {
    const commands = Array.from({ length: groupSize }, newClaim);
    const sentAtMs = elapsedMs();
    try {
      const [group] = commitGroups(on, [{ eventId, commands, isFirstAttempt: true }], known);
      const { outcomes = [] } = (await group) ?? {};
      seatCount += outcomes.filter(({ status }) => status === 'accepted').length;
      latenciesMs.push(elapsedMs() - sentAtMs);
    } catch (error) {
      if (!(error instanceof CommitContended)) throw error;
      contendedCount += 1;
    }
  }
  return { seatCount, contendedCount, tookMs: elapsedMs(), latenciesMs };
}

function newClaim() {
  return { type: 'book', bookingId: v7(), userId: v7(), quantity: 1 } as const;
}
