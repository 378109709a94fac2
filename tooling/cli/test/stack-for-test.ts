import { vi } from 'vitest';
import { ordinaryStack, type Stack, type StackPlan, startStack } from '../src/stack/stack.ts';
import { silentSteps } from '@holdfast/command';
import { withDatabase } from '../src/servers/database.ts';
import { givenServices } from './command.ts';

type Wishes = Partial<Pick<StackPlan, 'processCount' | 'sharesPort' | 'hasPages' | 'onLogLine'>>;

/** An api and a worker on the services of this test run, in a database of their own. */
export async function startGivenStack(wishes: Wishes = {}): Promise<Stack> {
  return await startWith(givenServices(), wishes);
}

/** An api and a worker on servers of their own, which a test may stop. */
export async function startOwnStack(): Promise<Stack> {
  return await startWith({ DATABASE_URL: undefined, REDIS_URL: undefined });
}

async function startWith(
  env: Readonly<Record<string, string | undefined>>,
  wishes: Wishes = {},
): Promise<Stack> {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  try {
    return await startStack({ ...ordinaryStack, ...wishes, steps: silentSteps });
  } finally {
    vi.unstubAllEnvs();
  }
}

/** What `stress --url` and `audit` need to know of a running stack. */
export function envOf(stack: Stack): Readonly<Record<string, string>> {
  return { AUTH_SECRET: stack.authSecret, DATABASE_URL: stack.databaseUrl };
}

/** Runs SQL behind everybody's back. */
export async function tamper(stack: Stack, sql: string): Promise<void> {
  await withDatabase({ url: stack.databaseUrl }, (database) => database.pool.query(sql));
}
