import type { Logger } from '@holdfast/process';
import type { Registry } from 'prom-client';
import type { EngineLimits } from './limits.ts';

/** How Holdfast is opened. With `databaseUrl` alone everything runs on PostgreSQL. */
export interface HoldfastOptions {
  /** `postgres://user:password@host/database`, migrated (`holdfast migrate`). */
  readonly databaseUrl: string;
  /** Connections to PostgreSQL. Default 10. */
  readonly poolSizeMax?: number;
  /** `redis://host:6379`: sold-out events are refused without PostgreSQL, and processes share a cache. */
  readonly redisUrl?: string;
  /** Begins every key in Redis. One database has one prefix, in all its processes. Default `holdfast`. */
  readonly redisPrefix?: string;
  readonly limits?: Partial<EngineLimits>;
  /** Default: nothing is logged. */
  readonly logger?: Logger;
  /** Where its metrics are registered. Default: a registry of its own. */
  readonly registry?: Registry;
}
