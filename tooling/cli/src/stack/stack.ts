import { randomBytes, randomUUID } from 'node:crypto';
import { createDatabase, dropDatabase, type Services, startServices } from '@holdfast/services';
import type { LogListener } from './alarms.ts';
import { readEnv } from './env.ts';
import { expectAnswers } from './given-servers.ts';
import { adminUrlOf, type Grounds, startWorker, urlOf } from './grounds.ts';
import { migrateAt } from './migrate-at.ts';
import { poolSizeFor, readConnectionCountMax } from './pool-size.ts';
import { removeKeys } from './remove-keys.ts';
import { type Restartable, startRestartable } from './restartable.ts';
import { startApis } from './start-apis.ts';
import type { Steps } from './steps.ts';
import type { Inside, Target } from './target.ts';

/** A running Holdfast: servers, api and worker. Disposing of it stops them: worker, api, servers. */
export interface Stack extends Grounds, Target, AsyncDisposable {
  /** At least one. */
  readonly apis: readonly Restartable[];
  readonly worker: Restartable;
  readonly services: Services;
  readonly inside: Inside;
}

export interface StackPlan {
  /** Where the servers keep their data; `null` for a stack that leaves nothing behind. */
  readonly directory: string | null;
  /** Signs the tokens. A stack that leaves nothing behind makes its own. */
  readonly authSecret: string | null;
  /** The port of the first api process; 0 for any free one. */
  readonly port: number;
  /** Processes of the api. */
  readonly processCount: number;
  /** All of them listen on that port; else the others take any that is free. */
  readonly sharesPort: boolean;
  /**
   * The one switch: `optional` takes the Redis that is given or can be had, and goes without where
   * there is none; `none` goes without. Api and worker see no REDIS_URL then.
   */
  readonly redis: 'required' | 'optional' | 'none';
  readonly steps: Steps;
  /** Hears the logs of the api and the worker. */
  readonly onLogLine: LogListener;
}

/** A stack of one api process that leaves nothing behind, with Redis where it can be had. */
export const ordinaryStack = {
  directory: null,
  authSecret: null,
  port: 0,
  processCount: 1,
  sharesPort: false,
  redis: 'optional',
  onLogLine: () => {},
} as const satisfies Omit<StackPlan, 'steps'>;

/** A secret for `AUTH_SECRET` or `ADMIN_TOKEN`: 256 random bits. */
export function newAuthSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Starts everything, one step after the other: PostgreSQL and Redis (unless DATABASE_URL and
 * REDIS_URL name running ones), migrations, the api and the worker as processes of their own. Each
 * of several api processes gets a pool that PostgreSQL has enough connections for.
 *
 * Without a `directory`, the database is fresh and gone afterwards, on a given server, too, and so
 * is what was kept in Redis. Throws UsageError where one of the two variables is no such URL, and
 * StepFailed when a step fails; what had been started by then is stopped.
 *
 * @example
 * await using stack = await startStack({ ...ordinaryStack, steps });
 * await fetch(`${stack.url}/trpc/health.ready`);
 */
export async function startStack(plan: StackPlan): Promise<Stack> {
  const { directory, steps } = plan;
  const { authIssuer: issuer, authAudience: audience } = readEnv();
  await using started = new AsyncDisposableStack();
  const services = await startServers(plan);
  started.defer(() => services.stop());

  const grounds: Grounds = {
    databaseUrl: directory === null ? await ownDatabase(services, started) : services.databaseUrl,
    // Empty where there is none.
    redisUrl: services.redisUrl || null,
    authSecret: plan.authSecret ?? newAuthSecret(),
    adminToken: newAuthSecret(),
    redisPrefix: directory === null ? `holdfast-${randomUUID()}` : 'holdfast',
    onLogLine: plan.onLogLine,
  };
  if (grounds.redisUrl === null) {
    steps.note('No Redis: admission is off, jobs wait in PostgreSQL');
  }
  await steps.step('Tables are up to date', () => migrateAt(grounds.databaseUrl));
  if (directory === null && services.redis === null) removeKeysAfterwards(grounds, started);

  const apis = await stepOfApis(grounds, plan, started);
  const worker = await steps.step('The worker is ready', () =>
    startRestartable(() => startWorker(grounds)),
  );
  started.defer(() => worker.stop());

  const all = started.move();
  const urls = [...new Set(apis.map(({ child }) => urlOf(child)))];
  return {
    ...grounds,
    url: urls[0] ?? '',
    urls,
    tokens: { secret: grounds.authSecret, issuer, audience },
    inside: insideOf(grounds, apis, worker),
    services,
    apis,
    worker,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function startServers({ directory, redis, steps }: StackPlan): Promise<Services> {
  const env = readEnv();
  const { databaseUrl } = env;
  // With `none`, not even a wrong REDIS_URL matters.
  const redisUrl = redis === 'none' ? null : env.redisUrl;
  const title = redis === 'none' ? 'PostgreSQL is up' : 'PostgreSQL and Redis are up';
  return steps.step(title, async () => {
    await expectAnswers({ databaseUrl, redisUrl });
    const wanted = { required: true, optional: 'optional', none: false } as const;
    return startServices({ directory, redis: wanted[redis], log: (line) => steps.note(line) });
  });
}

/** The database of a stack that leaves nothing behind: on a given server it must be a new one. */
async function ownDatabase(services: Services, started: AsyncDisposableStack): Promise<string> {
  if (services.postgres !== null) return services.databaseUrl;
  const url = await createDatabase(services.databaseUrl);
  started.defer(() => dropDatabase(url));
  return url;
}

function removeKeysAfterwards(
  { redisUrl, redisPrefix }: Grounds,
  started: AsyncDisposableStack,
): void {
  if (redisUrl === null) return;
  started.defer(async () => void (await removeKeys(redisUrl, redisPrefix)));
}

async function stepOfApis(
  grounds: Grounds,
  plan: StackPlan,
  started: AsyncDisposableStack,
): Promise<readonly Restartable[]> {
  const { processCount, sharesPort, steps } = plan;
  const poolSize = await poolSizeOf(grounds, processCount);
  const place = sharesPort ? ' on one port' : '';
  const title =
    processCount === 1 ? 'The api listens' : `${processCount} api processes listen${place}`;
  return steps.step(title, () => startApis(grounds, { ...plan, poolSize }, started));
}

/** One process alone has its own default, and its own way to complain. */
async function poolSizeOf({ databaseUrl }: Grounds, processCount: number): Promise<number | null> {
  const given = readEnv().databasePoolSize;
  if (processCount === 1) return given;
  const connectionCountMax = await readConnectionCountMax(databaseUrl);
  return poolSizeFor({ processCount, connectionCountMax, given });
}

function insideOf(grounds: Grounds, apis: readonly Restartable[], worker: Restartable): Inside {
  const { redisUrl, redisPrefix, adminToken } = grounds;
  const apiAdminUrls = () =>
    apis.map(({ child }) => adminUrlOf(child)).filter((url) => url !== null);
  const died = () => deadAmong([...apis, worker]).map(({ child }) => child.name);
  return { redisUrl, redisPrefix, adminToken, apiAdminUrls, died };
}

function deadAmong(all: readonly Restartable[]): readonly Restartable[] {
  return all.filter(({ child }) => !child.isAlive());
}

const logTailCount = 15;

/** Tells of processes that ended by themselves, with the end of their logs. */
export function tellOfTheDead({ apis, worker }: Stack, steps: Steps): void {
  for (const { child } of deadAmong([...apis, worker])) {
    steps.note(`The ${child.name} ended by itself. The end of its log:`);
    for (const line of child.logTail(logTailCount)) steps.note(`  ${line}`);
  }
}
