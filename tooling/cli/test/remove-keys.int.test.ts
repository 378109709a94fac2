import { freshPrefix, redisFlavours } from '@holdfast/testing';
import { describe, expect, test } from 'vitest';
import { removeKeys, withRedis } from '../src/servers/redis.ts';

describe.each(redisFlavours())('on $name', ({ url }) => {
  /** The keys with this in their names, on whichever master they are. */
  const keysWith = (text: string) =>
    withRedis(url, async (masters) => {
      const found = await Promise.all(masters.map((redis) => redis.keys(`*${text}*`)));
      return found.flat();
    });

  test('what a stack has left in a given Redis goes, what others keep there stays', async () => {
    const [ours, theirs] = [freshPrefix(), freshPrefix()];
    const left = [`${ours}:expire-holds:meta`, `bull:{${ours}}:id`, `${ours}:{event:7}:state`];
    for (const key of [...left, `${theirs}:id`]) await setKey(url, key);
    expect(await keysWith(ours)).toHaveLength(3);
    expect(await removeKeys(url, ours)).toBe(3);
    expect(await keysWith(ours)).toEqual([]);
    expect(await keysWith(theirs)).toEqual([`${theirs}:id`]);
  });
});

/** Sets a key on the master that takes it: the others say that it is not theirs. */
function setKey(url: string, key: string): Promise<void> {
  return withRedis(url, async (masters) => {
    const tried = await Promise.allSettled(masters.map((redis) => redis.set(key, '1')));
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
}

test('a Redis that has gone away is given up at once, with the reason', async () => {
  const gone = removeKeys('redis://127.0.0.1:1', freshPrefix());
  await expect(gone).rejects.toMatchObject({
    cause: { message: expect.stringContaining('ECONNREFUSED') },
  });
});
