import { expect, test } from 'vitest';
import { isAlive } from '../src/process-tree.ts';
import { startParent } from './parent.ts';
import { pathOf } from './path-of.ts';
import { temporary } from './temporary.ts';

/** What running servers needs, and no way to have the kernel tell them of a death. */
const withoutSetpriv = ['unshare', 'true', 'chown', 'redis-server', 'valkey-server'];

test('servers end when the process that started them is killed', async () => {
  const { parent, pids } = await startParent({ directory: await temporary() });
  expect(pids).toHaveLength(2);
  parent.kill('SIGKILL');
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});

test('they also end where the kernel cannot tell them (no setpriv)', async () => {
  const { parent, pids } = await startParent({
    directory: await temporary(),
    env: { PATH: await pathOf(withoutSetpriv) },
  });
  expect(pids).toHaveLength(2);
  parent.kill('SIGKILL');
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
});

test('they do not end as long as it lives', async () => {
  const { pids } = await startParent({
    directory: await temporary(),
    env: { PATH: await pathOf(withoutSetpriv) },
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(pids.filter(isAlive)).toEqual(pids);
});

test('what was killed starts again in the same directory at once', async () => {
  const directory = await temporary();
  const first = await startParent({ directory });
  first.parent.kill('SIGKILL');
  const second = await startParent({ directory });
  expect(second.pids.filter(isAlive)).toHaveLength(2);
});
