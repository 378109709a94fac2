import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { childEnv } from '@holdfast/command';

const command = fileURLToPath(new URL('../../cli/main.js', import.meta.url));
const timeoutMs = 120_000;

/**
 * Migrates as whoever is on call does, by `holdfast migrate`, in a process of its own: the load takes all of this one's
 * time.
 *
 * @returns what was applied
 */
export async function migrateByCommand(
  databaseUrl: string,
  role: { readonly name: string; readonly password: string } | null,
): Promise<readonly string[]> {
  const grant = role === null ? [] : ['--grant-to', role.name];
  const args = [command, 'migrate', '--wait', '60s', '--json', ...grant];
  const password = role?.password ?? null;
  const env = childEnv({ DATABASE_URL: databaseUrl, APP_DATABASE_PASSWORD: password });
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: timeoutMs });
  const printed: unknown = JSON.parse(stdout);
  if (!hasApplied(printed)) throw new Error(`holdfast migrate printed ${stdout}`);
  return printed.applied;
}

function hasApplied(value: unknown): value is { readonly applied: readonly string[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'applied' in value &&
    Array.isArray(value.applied)
  );
}
