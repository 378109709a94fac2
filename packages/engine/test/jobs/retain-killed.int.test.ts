import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import {
  commit,
  type Database,
  linesOfParts,
  readParts,
  relayOutbox,
  verifyArchive,
} from '@holdfast/data';
import type { Command } from '@holdfast/domain';
import { eventOnSale, expectSound, openFresh, reserveOne } from '@holdfast/fixtures';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

const program = fileURLToPath(new URL('./retain-program.ts', import.meta.url));
const eventCount = 2;
const bookingCount = 100;

let database: Database;
let url: string;
beforeAll(async () => {
  ({ database, url } = await openFresh());
});
afterAll(() => database.close());

/** Events that are over, each with more rows than one statement removes. */
async function endEvents(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < eventCount; index += 1) {
    const eventId = await eventOnSale(database, { total: bookingCount });
    const sales = Array.from({ length: bookingCount }, () => ({
      ...reserveOne(),
      type: 'book' as const,
    }));
    await commit(database, eventId, sales);
    const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
    await commit<Command>(database, eventId, [close]);
    ids.push(eventId);
  }
  await database.pool.query(`update events set date = now() - interval '1 hour'`);
  await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
  return ids;
}

function run() {
  const child = spawn(process.execPath, [program, url], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, exited: once(child, 'exit') };
}

/** Where archiving stands: what was begun, sealed and removed, and the rows that are left. */
async function progress() {
  const { rows } = await database.pool.query<Readonly<Record<string, number>>>(`
    select count(*)::int as begun, count(sealed_at)::int as sealed, count(removed_at)::int as removed,
      (select count(*) from bookings)::int as bookings, (select count(*) from archive_parts)::int as parts
    from removals`);
  return rows[0] ?? {};
}

/** It has begun with an event and not ended it; or has removed a part of its rows. */
const moments: readonly ((now: Awaited<ReturnType<typeof progress>>) => boolean)[] = [
  ({ begun = 0, removed = 0 }) => begun > removed,
  ({ bookings = 0 }) => bookings % bookingCount !== 0,
];

test('retention that is killed with SIGKILL in the middle of its work goes on in the next process, and every archive is whole', async () => {
  const ids = await endEvents();
  let killedMidway = 0;
  for (const isMoment of moments) {
    const { child, exited } = run();
    const isThere = async () => isMoment(await progress()) || child.exitCode !== null;
    await expect.poll(isThere, { interval: 1, timeout: 20_000 }).toBe(true);
    child.kill('SIGKILL');
    await exited;
    const { begun = 0, removed = 0 } = await progress();
    if (begun > removed) killedMidway += 1;
    // What is half removed counts by its archive.
    await expectSound(database);
  }
  expect(killedMidway).toBeGreaterThan(0);
  const { exited } = run();
  expect(await exited).toEqual([0, null]);
  expect(await progress()).toMatchObject({ begun: eventCount, removed: eventCount, bookings: 0 });
  await expectSound(database);
  for (const eventId of ids) {
    const lines = Readable.from(linesOfParts(readParts(database, eventId)));
    const { report, summary } = await verifyArchive(database, lines);
    expect(report.violationCount).toBe(0);
    expect(summary).toMatchObject({ confirmedSeats: bookingCount });
  }
});
