import { expect, test } from 'vitest';
import { addressOf, parseRedisUrl } from '../src/redis-url.ts';

test('one Redis: host, port, database, and what opens it', () => {
  expect(parseRedisUrl('redis://ann:s%40cret@db.example:7000/3')).toEqual({
    isCluster: false,
    isEncrypted: false,
    host: 'db.example',
    port: 7000,
    username: 'ann',
    password: 's@cret',
    database: 3,
  });
});

test('what is left out is as everywhere', () => {
  const address = { port: 6379, username: undefined, password: undefined, database: 0 };
  expect(parseRedisUrl('rediss://db.example')).toMatchObject({ ...address, isEncrypted: true });
  expect(parseRedisUrl('rediss://db.example')).toMatchObject({ isCluster: false });
});

test('a cluster, by one of its nodes', () => {
  const parsed = parseRedisUrl('rediss+cluster://:secret@[::1]:7000');
  expect(parsed).toMatchObject({ isCluster: true, isEncrypted: true, host: '::1', port: 7000 });
  expect(parseRedisUrl('redis+cluster://a').isEncrypted).toBe(false);
});

test.each(['', 'localhost:6379', 'http://a', 'redis+sentinel://a', 'redis://', 'redis://a/x'])(
  '%j is refused, and the message does not repeat it',
  (url) => {
    expect(() => parseRedisUrl(url)).toThrow(TypeError);
    expect(() => parseRedisUrl('postgres://:hunter2@db')).not.toThrow('hunter2');
  },
);

test('the address for a message has no password', () => {
  expect(addressOf('redis+cluster://ann:secret@db.example:7000')).toBe('db.example:7000');
});
