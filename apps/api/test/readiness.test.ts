import { expect, test, vi } from 'vitest';
import { createReadiness } from '../src/http/readiness.ts';

const never = new Promise<never>(() => {});
const outage = { note: () => {}, over: () => {} };

test('a process is ready when the database answers, and says why it is not', async () => {
  const isDraining = () => false;
  const ready = createReadiness({ ping: async () => {}, isDraining, outage });
  await expect(ready.check()).resolves.toEqual([]);
  const away = createReadiness({
    ping: () => Promise.reject(new Error('refused')),
    isDraining,
    outage,
  });
  await expect(away.check()).rejects.toMatchObject({ code: 'database_unavailable' });
  const stopping = createReadiness({ ping: async () => {}, isDraining: () => true, outage });
  await expect(stopping.check()).rejects.toMatchObject({ code: 'draining' });
});

test('a database that is silent is away after a second at most', async () => {
  const silent = createReadiness({ ping: () => never, isDraining: () => false, outage });
  await expect(silent.check()).rejects.toMatchObject({
    code: 'database_unavailable',
    retryAfterMs: 1_000,
  });
});

test('however many ask, there is one ping a second, and those who fail share it as well', async () => {
  let pingCount = 0;
  let nowMs = 0;
  let isAway = false;
  const ping = async () => {
    pingCount += 1;
    if (isAway) throw new Error('refused');
  };
  const now = () => nowMs;
  const readiness = createReadiness({ ping, isDraining: () => false, outage, now });
  await Promise.all(Array.from({ length: 100 }, () => readiness.check()));
  nowMs = 999;
  await readiness.check();
  expect(pingCount).toBe(1);
  nowMs = 1_000;
  isAway = true;
  const checks = await Promise.allSettled(Array.from({ length: 100 }, () => readiness.check()));
  expect(checks.every(({ status }) => status === 'rejected')).toBe(true);
  nowMs = 1_999;
  await expect(readiness.check()).rejects.toMatchObject({ code: 'database_unavailable' });
  expect(pingCount).toBe(2);
});

test('a cause is noted until a ping succeeds and no call has failed any more', async () => {
  const said: string[] = [];
  const told = {
    note: (cause: unknown) => void said.push(String(cause)),
    over: () => said.push('over'),
  };
  const readiness = createReadiness({
    ping: async () => {},
    isDraining: () => false,
    outage: told,
  });
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  readiness.noteUnavailable('no right');
  await vi.advanceTimersByTimeAsync(800);
  readiness.noteUnavailable('no right');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said).toEqual(['no right', 'no right']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(said.at(-1)).toBe('over');
  vi.useRealTimers();
});
