import { commit, type Database, readNow, relayOutbox } from '@holdfast/data';
import type { Command } from '@holdfast/domain';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRetention, type Retention, type RetainLimits } from '../../src/jobs/retain.ts';
import { eventOnSale, expectSound, openFresh, reserveOne } from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';
import { runningWorker } from './running-worker.ts';

let database: Database;
beforeEach(async () => {
  ({ database } = await openFresh());
});
afterEach(() => database.close());

const dayMs = 86_400_000;
const both: Retention = { eventDays: 1, outboxHours: 24 };

/** A booked event whose sale is over, and that took place a while ago. All of it delivered. */
async function ended(): Promise<string> {
  const eventId = await eventOnSale(database, { total: 5 });
  await commit(database, eventId, [{ ...reserveOne(), type: 'book' }]);
  const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
  await commit<Command>(database, eventId, [close]);
  await database.pool.query(`update events set date = now() - interval '1 hour' where id = $1`, [
    eventId,
  ]);
  await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
  return eventId;
}

/** What a run does two days from now. */
async function runLater(
  retention: Retention,
  { limits, retain = createRetention() }: { limits?: RetainLimits; retain?: Retain } = {},
) {
  const { log, lines } = memoryLog();
  const { signal } = new AbortController();
  const now = (await readNow(database)) + 2 * dayMs;
  const parts = { database, log, retention, signal, now };
  const report = await retain(limits === undefined ? parts : { ...parts, limits });
  return { report, lines };
}
type Retain = ReturnType<typeof createRetention>;

const bookingCount = async () => {
  const { rows } = await database.pool.query<{ count: number }>(
    'select count(*)::int as count from bookings',
  );
  return rows[0]?.count;
};

describe('a run', () => {
  test('archives what is over and removes what was delivered, and then nothing is left to do', async () => {
    for (let count = 0; count < 3; count += 1) await ended();
    const alive = await eventOnSale(database, { total: 5 });
    await commit(database, alive, [{ ...reserveOne(), type: 'book' }]);
    await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
    const { report } = await runLater(both);
    expect(report).toMatchObject({ archivedEventCount: 3, failedEventCount: 0, isComplete: true });
    expect(report.removedOutboxRowCount).toBe(7);
    expect(await bookingCount()).toBe(1);
    await expectSound(database);
    expect((await runLater(both)).report).toMatchObject({
      archivedEventCount: 0,
      removedOutboxRowCount: 0,
    });
  });

  test('does only what is set', async () => {
    await ended();
    const { report } = await runLater({ eventDays: null, outboxHours: 1 });
    expect(report).toMatchObject({ archivedEventCount: 0, removedOutboxRowCount: 2 });
    const recent = await runLater({ eventDays: 3, outboxHours: 72 });
    expect(recent.report).toMatchObject({ archivedEventCount: 0, removedOutboxRowCount: 0 });
  });

  test('beside another one changes nothing twice', async () => {
    for (let count = 0; count < 4; count += 1) await ended();
    const reports = await Promise.all([runLater(both), runLater(both), runLater(both)]);
    const archived = reports.reduce((sum, { report }) => sum + report.archivedEventCount, 0);
    expect(archived).toBe(4);
    await expectSound(database);
  });

  test('that is over its time goes on in the next', async () => {
    for (let count = 0; count < 2; count += 1) await ended();
    const limits = {
      runMsMax: 0,
      eventCountPerPage: 1,
      outboxRowCountPerPage: 1,
      rowCountPerRemoval: 1,
    };
    const { report } = await runLater(both, { limits });
    expect(report).toMatchObject({ archivedEventCount: 0, isComplete: false });
    const retain = createRetention();
    const { report: next } = await runLater(both, {
      limits: { ...limits, runMsMax: 60_000 },
      retain,
    });
    expect(next).toMatchObject({ archivedEventCount: 2, isComplete: true });
  });

  test('leaves an event in the tables that breaks an invariant, says so, and goes on', async () => {
    const [broken] = [await ended(), await ended()];
    await database.pool.query('update events set organizer_id = $2 where id = $1', [broken, 'eve']);
    const { report, lines } = await runLater(both);
    expect(report).toMatchObject({ archivedEventCount: 1, failedEventCount: 1 });
    const said = lines.filter(({ msg }) => msg.includes('breaks an invariant'));
    expect(said).toMatchObject([{ eventId: broken, broken: ['I3'] }]);
  });
});

describe('the worker', () => {
  test('retains what is set, and counts it', async () => {
    await ended();
    await database.pool.query(
      `update outbox set at = at - interval '3 days', delivered_at = delivered_at - interval '3 days'`,
    );
    await using worker = await runningWorker({
      database,
      retention: { eventDays: null, outboxHours: 48 },
    });
    expect(await worker.run('retain')).toMatchObject({ removedOutboxRowCount: 2 });
    expect(await worker.metric('holdfast_removed_rows_total', { of: 'outbox' })).toBe(2);
  });

  test('has no such job where nothing is set', async () => {
    await using worker = await runningWorker({ database });
    await expect(worker.run('retain')).rejects.toThrow('There is no job of the name retain');
  });
});
