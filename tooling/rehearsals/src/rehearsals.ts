import type { Command } from 'commander';
import { citus } from './citus/citus.ts';
import { deploy } from './deploy/deploy.ts';
import { failover } from './failover/failover.ts';
import { partitions } from './partitions/partitions.ts';
import { redisFailover } from './redis-failover/redis-failover.ts';
import { restore } from './restore/restore.ts';
import { rotate } from './rotate/rotate.ts';
import { upgrade } from './upgrade/upgrade.ts';
import { upgradePostgresql } from './upgrade/upgrade-postgresql.ts';
import { year } from './year/year.ts';

/** Every rehearsal, by the name that `pnpm rehearse` takes: a line each, in the order of the alphabet. */
export const rehearsals: readonly (() => Command)[] = [
  citus,
  deploy,
  failover,
  partitions,
  redisFailover,
  restore,
  rotate,
  upgrade,
  upgradePostgresql,
  year,
];
