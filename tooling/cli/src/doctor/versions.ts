import { versionsOf } from '../servers/versions.ts';
import type { Check, Finding } from './check.ts';

/** PostgreSQL 15 to 18 and Redis 7 are what this was measured on; BullMQ asks for Redis 6.2. */
const postgresMin = 15;
const redisMin = 6.2;

/** The versions of both servers. */
export const versions: Check = {
  id: 'versions',
  title: 'PostgreSQL and Redis are recent enough',
  isPromise: false,
  async look({ database, redisUrl }) {
    const found = await versionsOf(database, redisUrl);
    const redis = found.redis === null ? 'no Redis' : `Redis ${found.redis}`;
    return { figure: `PostgreSQL ${found.postgres}, ${redis}`, findings: versionFindings(found) };
  },
};

/** @example versionFindings({ postgres: '13.4', redis: null }) // [{ found: 'PostgreSQL is 13.4.', … }] */
export function versionFindings(found: {
  readonly postgres: string;
  readonly redis: string | null;
}) {
  const findings: Finding[] = [];
  if (Number.parseFloat(found.postgres) < postgresMin) {
    findings.push({
      severity: 'warning',
      found: `PostgreSQL is ${found.postgres}.`,
      means: `This was never tried below ${postgresMin}, and the oldest releases get no fixes any more.`,
      fix: `Upgrade PostgreSQL to ${postgresMin} or later (pg_upgrade), best to 18.`,
    });
  }
  if (found.redis !== null && Number.parseFloat(found.redis) < redisMin) {
    findings.push({
      severity: 'warning',
      found: `Redis is ${found.redis}.`,
      means: `The queue of the worker (BullMQ) asks for ${redisMin}: jobs may stand still. Bookings do not depend on it.`,
      fix: `Upgrade Redis to ${redisMin} or later, best to 7; or leave REDIS_URL out.`,
    });
  }
  return findings;
}
