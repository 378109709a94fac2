import { freshPrefix, providedServices } from '@holdfast/testing';
import { Redis } from 'ioredis';
import { afterAll, expect, test } from 'vitest';
import { removeKeys } from '../src/remove-keys.ts';

const { redisUrl } = providedServices();
const redis = new Redis(redisUrl);
afterAll(() => redis.disconnect());

test('what a stack has left in a given Redis goes, what others keep there stays', async () => {
  const [ours, theirs] = [freshPrefix(), freshPrefix()];
  await redis.mset(`${ours}:expire-holds:meta`, '1', `bull:{${ours}}:id`, '1', `${theirs}:id`, '1');
  await removeKeys(redisUrl, ours);
  expect(await redis.keys(`*${ours}*`)).toEqual([]);
  expect(await redis.keys(`*${theirs}*`)).toEqual([`${theirs}:id`]);
});

test('a Redis that has gone away is given up at once, with the reason', async () => {
  await expect(removeKeys('redis://127.0.0.1:1', freshPrefix())).rejects.toThrow('ECONNREFUSED');
});
