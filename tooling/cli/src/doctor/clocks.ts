import { duration } from '@holdfast/command';
import { withRedis } from '../servers/redis.ts';
import type { Check, Finding, Patient } from './check.ts';

/** By how much other clocks are ahead of this machine's, in milliseconds; behind: below 0. */
interface Clocks {
  readonly databaseAheadMs: number;
  readonly redisAheadMs: number | null;
  /** How long the newest commit is yet to come, by PostgreSQL's own clock; 0: it is past. */
  readonly newestCommitAheadMs: number;
}

/** Three clocks, and the time of the newest commit. */
export const clocks: Check = {
  id: 'clocks',
  title: 'The clocks of PostgreSQL, Redis and this machine agree',
  isPromise: false,
  async look(patient) {
    const read = {
      ...(await readDatabaseClock(patient)),
      redisAheadMs: await readRedisClock(patient),
    };
    const { databaseAheadMs, redisAheadMs } = read;
    const redis = redisAheadMs === null ? '' : `, Redis ${duration(Math.abs(redisAheadMs))}`;
    return {
      figure: `PostgreSQL ${duration(Math.abs(databaseAheadMs))} off${redis}`,
      findings: clockFindings(read),
    };
  },
};

async function readDatabaseClock({ database, now }: Patient) {
  const askedAt = now();
  const { rows } = await database.pool.query<{ now: number; ahead: number }>(`
    select extract(epoch from clock_timestamp())::float8 * 1000 as now,
      greatest(0, coalesce(extract(epoch from (select max(at) from outbox) - clock_timestamp()), 0))::float8
        * 1000 as ahead`);
  const { now: databaseMs, ahead } = rows[0] ?? { now: Number.NaN, ahead: 0 };
  return { databaseAheadMs: databaseMs - (askedAt + now()) / 2, newestCommitAheadMs: ahead };
}

async function readRedisClock({ redisUrl, now }: Patient): Promise<number | null> {
  if (redisUrl === null) return null;
  return await withRedis(redisUrl, async ([redis]) => {
    const askedAt = now();
    const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
    return seconds * 1_000 + micros / 1_000 - (askedAt + now()) / 2;
  });
}

/** More than any network takes, and less than harms a token. */
const apartMsMax = 2_000;

function clockFindings({ databaseAheadMs, redisAheadMs, newestCommitAheadMs }: Clocks) {
  const findings: Finding[] = [];
  if (newestCommitAheadMs > apartMsMax) {
    findings.push({
      severity: 'danger',
      found: `The newest commit is ${duration(newestCommitAheadMs)} in the future, by PostgreSQL's own clock.`,
      means:
        "PostgreSQL's clock was set back. It decides when holds lapse and sales open: until it has caught up, holds last longer and sales open later than buyers were told.",
      fix: 'Let a time daemon (chrony, systemd-timesyncd) slew the clock of the PostgreSQL machine, and never step it back.',
    });
  }
  for (const [name, ms] of [
    ['PostgreSQL', databaseAheadMs],
    ['Redis', redisAheadMs ?? 0],
  ] as const) {
    if (Math.abs(ms) <= apartMsMax) continue;
    const way = ms > 0 ? 'ahead of' : 'behind';
    findings.push({
      severity: 'warning',
      found: `The clock of ${name} is ${duration(Math.abs(ms))} ${way} that of this machine.`,
      means:
        'No booking goes wrong: decisions take the time of PostgreSQL alone, refusals that of Redis alone. But tokens are judged by the clock of the api, and what people read on their screens differs.',
      fix: 'Run a time daemon (chrony, systemd-timesyncd) on every machine.',
    });
  }
  return findings;
}
