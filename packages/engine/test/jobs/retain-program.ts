import { openDatabase, readNow } from '@holdfast/data';
import { createRetention } from '../../src/jobs/retain.ts';
import { silentLogger } from '../../src/silent-logger.ts';

/** The job of retention in a process of its own, for a test that kills it: `retain-program.ts DATABASE_URL`. */
const [url = ''] = process.argv.slice(2);
const twoDaysMs = 2 * 86_400_000;
const database = await openDatabase({ url, poolSizeMax: 6, readCountMax: 4 });
const retain = createRetention();
// Few rows a statement: there is a moment to kill it at between any two.
const limits = {
  runMsMax: 60_000,
  eventCountPerPage: 2,
  outboxRowCountPerPage: 10,
  rowCountPerRemoval: 10,
};
for (;;) {
  const now = (await readNow(database)) + twoDaysMs;
  const retention = { eventDays: 1, outboxHours: null };
  const { signal } = new AbortController();
  const log = silentLogger();
  const { isComplete } = await retain({ database, log, retention, signal, now, limits });
  if (isComplete) break;
}
await database.close();
