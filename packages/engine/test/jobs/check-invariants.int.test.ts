import { createMetricsRegistry } from '@holdfast/process';
import { type Database, DatabaseUnavailable, openDatabase } from '@holdfast/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createInvariantsCheck } from '../../src/jobs/check-invariants.ts';
import { createWorkerMetrics } from '../../src/jobs/worker-metrics.ts';
import { eventOnSale, openFresh } from '@holdfast/fixtures';
import { memoryLog } from './memory-log.ts';

let database: Database;
const eventIds: string[] = [];
beforeAll(async () => {
  ({ database } = await openFresh());
  for (let count = 0; count < 4; count += 1) {
    eventIds.push(await eventOnSale(database, { total: 10 }));
  }
  eventIds.sort();
});
afterAll(() => database.close());

function auditor(limits: { readonly weightMax?: number; readonly runMsMax?: number } = {}) {
  const metrics = createWorkerMetrics(createMetricsRegistry('worker'));
  const memory = memoryLog();
  const check = createInvariantsCheck();
  const { signal } = new AbortController();
  const value = async (gauge: 'auditViolations' | 'auditCompleted') =>
    (await metrics[gauge].get()).values[0]?.value ?? 0;
  return {
    memory,
    value,
    run: (on = database) => check({ database: on, log: memory.log, metrics, signal, ...limits }),
  };
}

test('a small database is audited whole in one run, and its time is told', async () => {
  const { run, value } = auditor();
  expect(await value('auditCompleted')).toBe(0);
  expect(await run()).toEqual({ violationCount: 0, isTurnComplete: true });
  expect(await value('auditCompleted')).toBeGreaterThan(Date.now() / 1_000 - 60);
});

test('a large one takes several runs, each bounded, and every event has its turn', async () => {
  const { run, value, memory } = auditor({ weightMax: 1, runMsMax: 0 });
  const tamper = (by: number) =>
    database.pool.query('update events set available_seats = available_seats + $2 where id = $1', [
      eventIds[2],
      by,
    ]);
  await tamper(-1);
  const runs = [];
  for (let count = 0; count < 4; count += 1) runs.push(await run());
  await tamper(1);
  expect(runs.map(({ isTurnComplete }) => isTurnComplete)).toEqual([false, false, false, true]);
  expect(runs.map(({ violationCount }) => violationCount > 0)).toEqual([false, false, true, false]);
  expect(memory.said('invariants are broken')).toHaveLength(1);
  // It stays said until a whole turn has found nothing.
  expect(await value('auditViolations')).toBeGreaterThan(0);
  for (let count = 0; count < 4; count += 1) await run();
  expect(await value('auditViolations')).toBe(0);
});

test('while audits fail, the age of the last one tells: its time does not move', async () => {
  const { run, value } = auditor();
  await run();
  const completed = await value('auditCompleted');
  const away = await openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  await expect(run(away)).rejects.toThrow(DatabaseUnavailable);
  await away.close();
  expect(await value('auditCompleted')).toBe(completed);
  await run();
  expect(await value('auditCompleted')).toBeGreaterThan(completed);
});
