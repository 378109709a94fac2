import { randomUUID } from 'node:crypto';
import { freshTables } from '@holdfast/fixtures';
import { connectRedis } from '@holdfast/redis';
import { migrate, openDatabase } from '@holdfast/data';
import {
  freshDatabase,
  makeAuthority,
  type OwnServer,
  requireTlsOfRedis,
  startOwnRedis,
} from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './api.ts';
import { httpFault, post } from './http.ts';
import { tokenOf } from './token.ts';

/** Lines of this beginning, with what they say of the cause. */
function linesOf(api: TestApi, beginning: string): readonly string[] {
  const lines = api.logged().filter(({ msg }) => String(msg).startsWith(beginning));
  return lines.map(({ msg, err }) => `${msg} ${JSON.stringify(err ?? '')}`);
}

async function changed(url: string, change: (url: URL) => void): Promise<string> {
  const other = new URL(url);
  change(other);
  return other.href;
}

const wrongPassword = async () => changed(await freshTables(), (url) => (url.password = 'rotated'));

const missingDatabase = async () =>
  changed(await freshDatabase(), (url) => (url.pathname += '_not_there'));

const withoutGrants = async () => {
  const url = await freshDatabase();
  const database = await openDatabase({ url });
  await migrate(database);
  const role = `without_${randomUUID().replaceAll('-', '')}`;
  await database.pool.query(`create role ${role} login password 'secret'`);
  await database.close();
  return changed(url, (other) => {
    other.username = role;
    other.password = 'secret';
  });
};

describe('a PostgreSQL that refuses', () => {
  test.each([
    { what: 'a password', code: '28P01', urlOf: wrongPassword },
    { what: 'a database that is not there', code: '3D000', urlOf: missingDatabase },
    { what: 'a role without grants', code: '42501', urlOf: withoutGrants },
    { what: 'tables that are not migrated', code: '42P01', urlOf: freshDatabase },
  ])('$what makes calls 503, and names the cause once', async ({ code, urlOf }) => {
    const api = await startApi({ env: { DATABASE_URL: await urlOf() } });
    const token = await tokenOf('ada', 'user');
    const eventId = randomUUID();
    const input = encodeURIComponent(JSON.stringify({ eventId }));
    // All at once: where tables alone are refused, a second without calls ends the outage in the log.
    const calls = Array.from({ length: 3 }, () => {
      const body = JSON.stringify({ eventId, bookingId: randomUUID(), quantity: 1 });
      return [
        fetch(`${api.url}/trpc/event.get?input=${input}`),
        post(`${api.url}/trpc/booking.book`, { body, token }),
      ];
    });
    const faults = await Promise.all(calls.flat().map((answer) => httpFault(answer)));
    for (const fault of faults) {
      expect(fault).toMatchObject({ status: 503, fault: 'database_unavailable' });
    }
    const lines = linesOf(api, 'The database (PostgreSQL) fails');
    expect(lines).toEqual([expect.stringContaining(code)]);
    await api.stop();
  });
});

describe('a Redis that refuses', () => {
  let own: OwnServer;
  beforeAll(async () => {
    own = await startOwnRedis();
    const redis = connectRedis(own.url, 'queue');
    await redis.call('acl', 'setuser', 'reader', 'on', '>canary-password', '~*', '+@read', '+info');
    redis.disconnect();
  });
  afterAll(() => own[Symbol.asyncDispose]());

  const withoutPassword = () => changed(own.url, (url) => (url.password = ''));
  const withWrongPassword = () => changed(own.url, (url) => (url.password = 'canary-password'));

  const withoutRights = () =>
    changed(own.url, (url) => {
      url.username = 'reader';
      url.password = 'canary-password';
    });

  test.each([
    { what: 'a user without rights', says: 'NOPERM', urlOf: withoutRights },
    { what: 'who names no password', says: 'NOAUTH', urlOf: withoutPassword },
    { what: 'a password', says: 'WRONGPASS', urlOf: withWrongPassword },
  ])('$what is named in the log, and no password with it', async ({ says, urlOf }) => {
    await expectNamed(await urlOf(), says);
  });

  test('is named where its certificate is not trusted', async ({ skip }) => {
    await using other = await startOwnRedis();
    const url = await requireTlsOfRedis(other, await makeAuthority('nobody'));
    if (url === null) return skip('this Redis was built without TLS');
    await expectNamed(url, 'certificate');
  });

  async function expectNamed(REDIS_URL: string, says: string): Promise<void> {
    const api = await startApi({ env: { REDIS_URL, REDIS_PREFIX: `test_${randomUUID()}` } });
    const token = await tokenOf('ada', 'user');
    const failing = () => linesOf(api, 'Admission (Redis) fails');
    await expect
      .poll(async () => {
        const body = JSON.stringify({
          eventId: randomUUID(),
          bookingId: randomUUID(),
          quantity: 1,
        });
        await post(`${api.url}/trpc/booking.book`, { body, token });
        return failing().length;
      })
      .toBe(1);
    expect(failing()[0]).toContain(says);
    expect(api.loggedText()).not.toContain('canary-password');
    await api.stop();
  }
});
