import { inject } from 'vitest';

/** What the global set-up gives to every test file that talks to real services. */
export interface ProvidedServices {
  readonly databaseUrl: string;
  /** It is of a Citus cluster (`HOLDFAST_CITUS_URL`). */
  readonly isDistributed: boolean;
  readonly redisUrl: string;
  /** A Redis Cluster of three masters; empty where none can be had. See `redisFlavours`. */
  readonly redisClusterUrl: string;
  /** Begins every name that this run gives to a database or a key. */
  readonly runName: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Not there in a file whose name does not ask for services. */
    services: ProvidedServices | undefined;
  }
}

/**
 * The PostgreSQL and Redis of this test run, shared by all files.
 *
 * @throws Error in a file whose name does not ask for services.
 */
export function providedServices(): ProvidedServices {
  const services = inject('services');
  if (services === undefined) {
    throw new Error(
      'Services run for files named *.int.test.ts, *.e2e.test.ts and *.long.test.ts: rename this one',
    );
  }
  return services;
}
