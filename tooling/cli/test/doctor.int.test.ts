import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding, Patient } from '../src/doctor/check.ts';
import type { DoctorReport } from '../src/doctor/examine.ts';
import { versionFindings } from '../src/doctor/versions.ts';
import { withRedis } from '../src/servers/redis.ts';
import { doctorText } from '../src/tell/doctor-text.ts';
import { eventId, openWard, redisPrefix, type Ward } from './patient-for-test.ts';
import { plainLayout } from './plain-layout.ts';

let ward: Ward;
beforeAll(async () => {
  ward = await openWard();
});
afterAll(() => ward[Symbol.asyncDispose]());

/** What was found, as `check: severity`, without doubles. */
function briefly({ checks }: DoctorReport): readonly string[] {
  const all = checks.flatMap(({ id, findings }) =>
    findings.map(({ severity }) => `${id}: ${severity}`),
  );
  return [...new Set(all)];
}

function firstOf({ checks }: DoctorReport, check: string): Finding | undefined {
  return checks.find(({ id }) => id === check)?.findings[0];
}

test('of a healthy database nothing is found, and every check says what it has looked at', async () => {
  const report = await ward.examineAfter('');
  expect(briefly(report)).toEqual([]);
  expect(report.verdict).toBe('pass');
  const figures = Object.fromEntries(report.checks.map(({ id, figure }) => [id, figure]));
  expect(figures).toMatchObject({
    schema: 'all there',
    promises: '0 violations',
    durability: 'synchronous_commit on',
    redis: 'noeviction',
    drift: '1 event compared',
  });
  const text = doctorText(report, 'postgres://ann:secret@localhost/healthy', plainLayout);
  expect(text).toMatch(/nothing endangers a promise\.\s+PASS/);
  expect(text).not.toContain('secret');
});

/** Rows come and go, and nobody clears up. One that stays moves behind them. */
const aged = (rowCount: number) => `
  alter table bookings set (autovacuum_enabled = off);
  insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
    select '${eventId}', gen_random_uuid(), n, 1, 1, 'cancelled', now(), now() from generate_series(1, ${rowCount}) n;
  update bookings set changed_at = changed_at where status = 'confirmed';
  delete from bookings where status = 'cancelled'`;

describe('what is broken is found, with how bad it is and the fix', () => {
  test.each<[what: string, found: string, fix: RegExp, sql: string, more?: Partial<Patient>]>([
    [
      'no version column',
      'schema: danger',
      /add column version/,
      'alter table events drop column version',
    ],
    [
      'no CHECK',
      'schema: danger',
      /add constraint check_seats_positive CHECK/,
      'alter table events drop constraint check_seats_positive',
    ],
    [
      'no unique index',
      'schema: danger',
      /UNIQUE INDEX ix_bookings_user_event/,
      'drop index ix_bookings_user_event',
    ],
    [
      'a ledger that can be changed',
      'schema: danger',
      /append_only/,
      'alter table ledger disable trigger all',
    ],
    [
      'a migration that was not run',
      'schema: danger',
      /pnpm holdfast migrate/,
      `delete from holdfast_migrations where name = 'Migration20261126161000'`,
    ],
    [
      'no index by date',
      'schema: warning',
      /CREATE INDEX ix_events_date/,
      'drop index ix_events_date',
    ],
    ['a list that is sorted', 'plans: warning', /ANALYZE/, 'drop index ix_bookings_user_id'],
    [
      'a lost seat',
      'promises: danger',
      /Stop selling/,
      'update events set available_seats = available_seats - 1',
    ],
    [
      'commits that are not waited for',
      'durability: danger',
      /^ALTER DATABASE clone_\d+ RESET synchronous_commit;/,
      'alter database $database set synchronous_commit = off',
    ],
    [
      'the same for another role',
      'durability: danger',
      /^ALTER ROLE careless IN DATABASE clone_\d+ RESET synchronous_commit;/,
      'create role careless;\nalter role careless in database $database set synchronous_commit = off',
    ],
    [
      'no writes',
      'settings: danger',
      /ALTER DATABASE clone_\d+ RESET default_transaction_read_only/,
      'alter database $database set default_transaction_read_only = on',
    ],
    [
      'another isolation',
      'settings: warning',
      /ALTER DATABASE clone_\d+ RESET default_transaction_isolation/,
      `alter database $database set default_transaction_isolation = 'serializable'`,
    ],
    [
      'a transaction that is cut',
      'settings: warning',
      /ALTER DATABASE clone_\d+ RESET transaction_timeout/,
      `alter database $database set transaction_timeout = '500ms'`,
    ],
    ['too large a pool', 'settings: warning', /DATABASE_POOL_SIZE/, '', { poolSize: 300 }],
    [
      'a clock that was set back',
      'clocks: danger',
      /slew the clock/,
      `update outbox set at = now() + interval '1 hour' where version = 1`,
    ],
    [
      'clocks an hour apart',
      'clocks: warning',
      /time daemon/,
      '',
      { now: () => Date.now() - 3_600_000 },
    ],
    [
      'a hold that nobody swept',
      'work-left: warning',
      /Start a worker/,
      `update bookings set expires_at = now() - interval '1 minute' where status = 'held'`,
    ],
    [
      'an old outbox row',
      'work-left: warning',
      /Start a worker/,
      `update outbox set delivered_at = null, at = now() - interval '1 minute'`,
    ],
    ['dead rows', 'tables: warning', /VACUUM \(ANALYZE\) bookings/, aged(12_000)],
    [
      'empty pages',
      'tables: warning',
      /VACUUM FULL bookings/,
      `${aged(90_000)};\nselect pg_stat_force_next_flush();\nvacuum analyze bookings`,
    ],
    [
      'a slow statement',
      'slow-statements: warning',
      /EXPLAIN/,
      Array.from({ length: 10 }, () => 'select pg_sleep(0.06)').join(';\n'),
    ],
    ['no Redis there', 'redis: warning', /REDIS/i, '', { redisUrl: 'redis://127.0.0.1:1' }],
  ])('%s (%s)', async (...[, found, fix, sql, more = {}]) => {
    const report = await ward.examineAfter(sql, more);
    expect(briefly(report)).toContain(found);
    const [check = '', severity] = found.split(': ');
    expect(firstOf(report, check)).toMatchObject({ severity, fix: expect.stringMatching(fix) });
    expect(report.verdict).toBe(severity === 'danger' ? 'fail' : 'pass');
  });

  test('in Redis: an eviction policy, too little room, drift, and somebody else under the prefix', async () => {
    const { url } = ward.redis;
    const examineWhile = async (work: readonly string[], undo: readonly string[]) => {
      const send = (words: readonly string[]) =>
        withRedis(url, ([redis]) => redis.call(words[0] ?? '', ...words.slice(1)));
      await send(work);
      const report = await ward.examineAfter('');
      await send(undo);
      return report;
    };
    const config = (...words: readonly string[]) => ['CONFIG', 'SET', ...words];
    const policy = await examineWhile(
      config('maxmemory-policy', 'allkeys-lru'),
      config('maxmemory-policy', 'noeviction'),
    );
    expect(firstOf(policy, 'redis')).toMatchObject({
      severity: 'danger',
      found: 'maxmemory-policy is allkeys-lru.',
      fix: expect.stringContaining('CONFIG SET maxmemory-policy noeviction'),
    });

    const full = await examineWhile(config('maxmemory', '600000'), config('maxmemory', '0'));
    expect(firstOf(full, 'redis')).toMatchObject({ severity: 'warning' });
    expect(full.verdict).toBe('pass');

    const key = `${redisPrefix}:{event:${eventId}}:standing`;
    const drifted = await examineWhile(
      ['HINCRBY', key, 'free', '3'],
      ['HINCRBY', key, 'free', '-3'],
    );
    expect(firstOf(drifted, 'drift')).toMatchObject({
      severity: 'danger',
      found: expect.stringContaining('off by 3 seats'),
      fix: expect.stringContaining(`UNLINK '${key}'`),
    });

    const claim = `${redisPrefix}:deployment`;
    const shared = await examineWhile(['SET', claim, 'another'], ['DEL', claim]);
    expect(firstOf(shared, 'redis')).toMatchObject({
      severity: 'danger',
      fix: expect.stringContaining('set REDIS_PREFIX'),
    });
    expect(briefly(await ward.examineAfter(''))).toEqual([]);
  });

  test('in the settings of the whole server, a standby that is not there among them', async () => {
    await ward.onServer(
      'alter system set autovacuum = off;\nalter system set full_page_writes = off',
    );
    await ward.onServer('select pg_reload_conf()');
    const unsafe = await ward.examineAfter('');
    expect(firstOf(unsafe, 'settings')).toMatchObject({
      severity: 'warning',
      fix: expect.stringContaining('autovacuum = on'),
    });
    expect(firstOf(unsafe, 'durability')?.fix).toContain('full_page_writes = on');

    await ward.onServer(`alter system reset all;\nselect pg_reload_conf()`);

    const url = await ward.clone('');
    const name = `alter system set synchronous_standby_names = 'gone'`;
    await ward.onServer(`${name};\nselect pg_reload_conf()`);
    const lonely = await ward.examineAt(url);
    await ward.onServer(`alter system reset all;\nselect pg_reload_conf()`);
    const durability = lonely.checks.find(({ id }) => id === 'durability')?.findings ?? [];
    expect(durability.map(({ found }) => found).join(' ')).toContain(
      'synchronous_standby_names is gone, and 0 such standbys is connected',
    );
  });
});

test('without pg_stat_statements it is said how to have it, and nothing fails', async () => {
  const report = await ward.examineAfter('drop extension pg_stat_statements');
  expect(firstOf(report, 'slow-statements')).toMatchObject({ severity: 'note' });
  expect(report.verdict).toBe('pass');
});

test.each([
  [{ postgres: '13.4', redis: null }, 'PostgreSQL is 13.4.'],
  [{ postgres: '18.4', redis: '5.0.7' }, 'Redis is 5.0.7.'],
])('an old version is told: %j', (found, says) => {
  expect(versionFindings(found).map((finding) => finding.found)).toEqual([says]);
});

test('what a promise rests on, and cannot be looked at, is a danger', async () => {
  const report = await ward.examineAfter('drop table ledger cascade');
  expect(firstOf(report, 'promises')).toMatchObject({
    severity: 'danger',
    found: expect.stringContaining('It could not be looked at'),
  });
});
