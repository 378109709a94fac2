import { addressOf, readRedisUrl, UrlInvalid } from '@holdfast/server-urls';
import { expect, test } from 'vitest';

test('one Redis: host, port, database, and what opens it', () => {
  expect(readRedisUrl('redis://ann:s%40cret@db.example:7000/3')).toEqual({
    isCluster: false,
    sentinels: null,
    host: 'db.example',
    port: 7000,
    socketPath: null,
    username: 'ann',
    password: 's@cret',
    database: 3,
    tls: false,
  });
});

test('what is left out is as everywhere', () => {
  const server = { port: 6379, username: undefined, password: undefined, database: 0 };
  expect(readRedisUrl('rediss://db.example')).toMatchObject({ ...server, tls: {} });
  expect(readRedisUrl('rediss://db.example')).toMatchObject({ isCluster: false });
});

test('a cluster, by one of its nodes', () => {
  const read = readRedisUrl('rediss+cluster://:secret@[::1]:7000');
  expect(read).toMatchObject({ isCluster: true, tls: {}, host: '::1', port: 7000 });
  expect(readRedisUrl('redis+cluster://a').tls).toBe(false);
});

test('a socket of this machine, and the database there', () => {
  const read = readRedisUrl('redis+unix://ann:secret@/run/redis.sock?db=2');
  expect(read).toMatchObject({ socketPath: '/run/redis.sock', username: 'ann', database: 2 });
  expect(readRedisUrl('redis+unix:///run/r%20s.sock').socketPath).toBe('/run/r s.sock');
  expect(addressOf('redis+unix://:secret@/run/redis.sock')).toBe('/run/redis.sock');
});

test('sentinels, who know where the master is, and what opens them', () => {
  const read = readRedisUrl(
    'redis+sentinel://ann:s,cret@a:5000,b,[::1]:5001/main/2?sentinel_user=sam&sentinel_password=s%40m',
  );
  expect(read).toMatchObject({
    isCluster: false,
    username: 'ann',
    password: 's,cret',
    database: 2,
  });
  expect(read.sentinels).toEqual({
    addresses: [
      { host: 'a', port: 5_000 },
      { host: 'b', port: 26_379 },
      { host: '::1', port: 5_001 },
    ],
    masterName: 'main',
    username: 'sam',
    password: 's@m',
  });
  expect(readRedisUrl('rediss+sentinel://a/main')).toMatchObject({ tls: {}, database: 0 });
  expect(addressOf('redis+sentinel://:secret@a,b:5000/main/1')).toBe('a:26379,b:5000/main');
});

test.each([
  ['', 'is not a URL'],
  ['localhost:6379', 'is not a URL'],
  ['http://canary@a', 'is not a URL'],
  ['redis+sentinel://:canary@a', 'names no master that sentinels know'],
  ['redis+sentinel://:canary@a,b:x/main', 'between commas that is no host'],
  ['redis+sentinel://a,,b/main', 'between commas that is no host'],
  ['redis+sentinel://a/main/x', 'names a database that is not a number'],
  ['redis+sentinel://a/main?sentinel_user=canary', 'sentinel_user, and no sentinel_password'],
  ['redis://a?sentinel_password=canary', 'sentinel_password, which is not known'],
  ['redis://', 'names a host'],
  ['redis+unix://host/run/redis.sock', 'the path of a socket'],
  ['redis+unix://', 'the path of a socket'],
  ['redis://:canary@a/x', 'names a database that is not a number'],
  ['redis+unix:///run/redis.sock?db=x', 'redis+unix:///run/redis.sock?db=1'],
  ['redis+cluster://a/1', 'a cluster has only 0'],
  ['redis://:canary@a?ssl=true', 'ssl, which is not known'],
  ['redis://a?db=1', 'db, which is not known'],
  ['redis://a?sslrootcert=/etc/passwd', 'sslrootcert, and no TLS. Begin it with rediss'],
  ['rediss://a?sslrootcert=/no/ca', 'sslrootcert, whose file /no/ca cannot be read (ENOENT)'],
  ['rediss://a?sslrootcert=/etc/passwd', 'holds no certificate'],
  ['rediss://:can%ary@a', 'Write a percent sign as %25'],
])('%j is refused, with the fix, and the message does not repeat it', (url, problem) => {
  expect(() => readRedisUrl(url)).toThrow(UrlInvalid);
  expect(() => readRedisUrl(url)).toThrow(problem);
  expect(() => readRedisUrl(url)).not.toThrow('canary');
});

test('the address for a message has no password', () => {
  expect(addressOf('redis+cluster://ann:secret@db.example:7000')).toBe('db.example:7000');
});
