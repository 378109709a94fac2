import { DatabaseUnavailable } from '@holdfast/data';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { sharedCaller } from '../src/reads/read-queue.ts';
import { openQueue } from './open-queue.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const overloaded = { name: 'Overloaded', retryAfterMs: 1_000 };

/** Reads that end when the test says so, in the order in which they began. */
function controlled(limits: Parameters<typeof openQueue>[0]) {
  const queue = openQueue(limits);
  const begun: { readonly name: string; readonly end: (error?: Error) => void }[] = [];
  const read = (caller: string, name = caller) =>
    queue.read(caller, async () => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      begun.push({ name, end: (error) => (error ? reject(error) : resolve(name)) });
      return await promise;
    });
  const next = async (error?: Error) => {
    const count = begun.length;
    begun[count - 1]?.end(error);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { queue, read, next, names: () => begun.map(({ name }) => name) };
}

describe('reads', () => {
  test('of one caller who asks for many do not keep another one waiting for more than one of them', async () => {
    const { read, next, names } = controlled({ underWayCountMax: 1 });
    const all = ['a1', 'a2', 'a3', 'a4'].map((name) => read('ada', name));
    all.push(read('bob', 'b1'));
    for (let count = 0; count < 5; count += 1) await next();
    expect(names()).toEqual(['a1', 'a2', 'b1', 'a3', 'a4']);
    expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'a4', 'b1']);
  });

  test('that fail make room as others do', async () => {
    const { read, next, names } = controlled({ underWayCountMax: 1 });
    const failing = read('ada');
    failing.catch(() => {});
    const other = read('bob');
    await next(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    await next();
    expect(await other).toBe('bob');
    expect(names()).toEqual(['ada', 'bob']);
  });

  test('over a caller share are refused at once, for that caller alone', async () => {
    const { queue, read } = controlled({ underWayCountMax: 1, waitingPerCallerCountMax: 2 });
    for (let count = 0; count < 3; count += 1) void read('ada').catch(() => {});
    await expect(read('ada')).rejects.toMatchObject(overloaded);
    expect(() => queue.refuseIfFull('ada')).toThrow(expect.objectContaining(overloaded));
    void read('bob').catch(() => {});
    queue.refuseIfFull('bob');
  });

  test('negative control: without that share one caller takes every place, and another is refused', async () => {
    const places = { underWayCountMax: 1, waitingCountMax: 3 };
    const askOften = (read: (caller: string) => Promise<string>) => {
      for (let count = 0; count < 10; count += 1) void read('ada').catch(() => {});
    };
    const shared = controlled({ ...places, waitingPerCallerCountMax: 2 });
    askOften(shared.read);
    expect(() => shared.queue.refuseIfFull('bob')).not.toThrow();
    const unshared = controlled({ ...places, waitingPerCallerCountMax: 1_000_000 });
    askOften(unshared.read);
    await expect(unshared.read('bob')).rejects.toMatchObject(overloaded);
  });

  test('that many share are bounded by all places alone', () => {
    const { queue, read } = controlled({ underWayCountMax: 1, waitingPerCallerCountMax: 1 });
    for (let count = 0; count < 5; count += 1) void read(sharedCaller);
    expect(() => queue.refuseIfFull(sharedCaller)).not.toThrow();
  });

  test('over all places are refused, whoever asks', async () => {
    const { read } = controlled({ underWayCountMax: 1, waitingCountMax: 1 });
    void read('ada');
    void read('ada').catch(() => {});
    await expect(read('bob')).rejects.toMatchObject(overloaded);
  });

  test('that wait for too long are overloaded where others were answered, else the database is away', async () => {
    const { read, next } = controlled({ underWayCountMax: 1 });
    void read('ada');
    const away = read('bob').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await away).toBeInstanceOf(DatabaseUnavailable);
    const second = read('ada', 'second');
    const late = read('bob').catch((error: unknown) => error);
    await next();
    void second.catch(() => {});
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await late).toMatchObject(overloaded);
  });
});
