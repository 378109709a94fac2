import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../src/postgres.ts';
import { promoteStandby, startStandby } from '../src/postgres-standby.ts';
import { queryOnce } from '../src/query-once.ts';

test('a commit is acknowledged when the standby has it, waits where there is none, and is there after its promotion', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const { url, handle } = await startPostgres({ directory: join(directory, 'first') });
  onTestFinished(() => handle.stop());
  await queryOnce(url, 'create table kept (answer int)');
  const second = await startStandby({ primaryUrl: url, directory: join(directory, 'second') });
  const standby = second.handle;
  onTestFinished(() => standby.stop());

  await queryOnce(url, 'insert into kept values (42)');
  // It is on the standby's disk when it is acknowledged, and is replayed right after.
  await expect
    .poll(async () => (await queryOnce(second.url, 'select answer from kept')).rows)
    .toEqual([{ answer: 42 }]);
  await expect(queryOnce(second.url, 'insert into kept values (1)')).rejects.toMatchObject({
    code: '25006',
  });

  standby.kill('SIGSTOP');
  const waiting = queryOnce(url, 'insert into kept values (43)').then(() => 'committed');
  await expect
    .poll(async () => {
      const { rows } = await queryOnce(
        url,
        `select count(*)::int as count from pg_stat_activity where wait_event = 'SyncRep'`,
      );
      return rows;
    })
    .toEqual([{ count: 1 }]);
  standby.kill('SIGCONT');
  expect(await waiting).toBe('committed');

  // Both stand in one test, because a cluster and its copy take seconds.
  handle.kill('SIGKILL');
  await promoteStandby(second.url);
  await queryOnce(second.url, 'insert into kept values (44)');
  const { rows } = await queryOnce(second.url, 'select answer from kept order by answer');
  expect(rows).toEqual([{ answer: 42 }, { answer: 43 }, { answer: 44 }]);
});
