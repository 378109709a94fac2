import { randomUUID } from 'node:crypto';
import type { Steps } from '@holdfast/command';
import {
  citusWorkersOf,
  createDatabase,
  dropDatabase,
  type Services,
  startServices,
} from '@holdfast/services';
import { type Door, openDoor } from '../development/door.ts';
import { readEnv } from '../env.ts';
import type { Inside, Target } from '../load/target.ts';
import { migrateAt } from '../servers/migrate.ts';
import { removeKeys } from '../servers/redis.ts';
import type { LogListener } from './alarms.ts';
import {
  adminUrlOf,
  type Grounds,
  type Hosts,
  type Release,
  startApis,
  startWorker,
  urlOf,
} from './api-and-worker.ts';
import { buildPages } from './build-pages.ts';
import { expectAnswers } from './given-servers.ts';
import { poolSizeFor, readConnectionCountMax } from './pool-size.ts';
import { repository } from './repository.ts';
import type { Restartable } from './restartable.ts';
import { newSecret } from './secret.ts';

/** A running Holdfast: servers, api and worker. Disposing of it stops them: worker, api, servers. */
export interface Stack extends Grounds, Target, AsyncDisposable {
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
  readonly processCount: number;
  /** All of them listen on that port; else the others take any that is free. */
  readonly sharesPort: boolean;
  /**
   * The one switch: `optional` takes the Redis that is given or can be had, and goes without where
   * there is none; `none` goes without. Api and worker see no REDIS_URL then.
   */
  readonly redis: 'required' | 'optional' | 'none';
  /**
   * Its apis serve the pages for people, which are built first. Unless NODE_ENV is production, a link signs in there,
   * and a crowd can be sent from a page.
   */
  readonly hasPages: boolean;
  readonly steps: Steps;
  readonly onLogLine: LogListener;
  /** On a Citus cluster: the apis enter by the workers, each by the next one, and not by the coordinator. */
  readonly entersByWorkers: boolean;
  /** Where its processes run; `null`: here. */
  readonly hosts: Hosts | null;
  /** What is started. What it says then counts at each start, so it may be changed in between. */
  readonly release: Release;
  /** Brings the tables up to date, if not as `holdfast migrate` does. */
  readonly migrate: ((databaseUrl: string) => Promise<unknown>) | null;
}

/** A stack of one api process that leaves nothing behind, with Redis where it can be had. */
export const ordinaryStack = {
  directory: null,
  authSecret: null,
  port: 0,
  processCount: 1,
  sharesPort: false,
  redis: 'optional',
  hasPages: false,
  onLogLine: () => {},
  entersByWorkers: false,
  hosts: null,
  release: { ...repository, env: {} },
  migrate: null,
} as const satisfies Omit<StackPlan, 'steps'>;

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
  await using started = new AsyncDisposableStack();
  const services = await startServers(plan);
  started.defer(() => services.stop());
  const stack = started.use(await startStackOn(services, plan));
  const all = started.move();
  return { ...stack, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

/**
 * As `startStack`, on servers that run already, and that whoever started them ends. `postgres` of `null`:
 * the stack gets a database of its own there.
 */
export async function startStackOn(services: Services, plan: StackPlan): Promise<Stack> {
  const { steps } = plan;
  await using started = new AsyncDisposableStack();
  const grounds = await groundsFor(plan, services, started);
  if (grounds.redisUrl === null) {
    steps.note('No Redis: early refusals are off, jobs wait in PostgreSQL');
  }
  const { isDistributed = false } = services;
  const usual = (url: string) => migrateAt(url, { role: null, isDistributed });
  const migrate = plan.migrate ?? usual;
  await steps.step('Tables are up to date', () => migrate(grounds.databaseUrl));
  if (plan.hasPages) await steps.step('The pages are built', buildPages, (done) => done);
  const apis = await stepOfApis(grounds, plan, started);
  const worker = await steps.step('The worker is ready', () => startWorker(grounds));
  started.defer(() => worker.stop());
  // First of all: an api would wait for a storm.
  started.defer(async () => grounds.door?.close());

  const all = started.move();
  const { authIssuer: issuer, authAudience: audience } = readEnv();
  const [url = '', ...others] = new Set(apis.map(({ child }) => urlOf(child)));
  const stack: Stack = {
    ...grounds,
    url,
    urls: [url, ...others],
    tokens: { secret: grounds.authSecret, issuer, audience },
    inside: {
      ...grounds,
      apiAdminUrls: () =>
        apis.map(({ child }) => adminUrlOf(child)).filter((adminUrl) => adminUrl !== null),
      died: () => deadAmong([...apis, worker]).map(({ name }) => name),
    },
    services,
    apis,
    worker,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
  grounds.door?.serve(stack);
  return stack;
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

/** What a stack that leaves nothing behind makes on given servers is removed with it. */
async function groundsFor(
  { directory, authSecret, hasPages, onLogLine, hosts, release }: StackPlan,
  { databaseUrl: given, redisUrl, postgres, redis }: Services,
  started: AsyncDisposableStack,
): Promise<Grounds> {
  const isPassing = directory === null;
  const redisPrefix = isPassing ? `holdfast-${randomUUID()}` : 'holdfast';
  let databaseUrl = given;
  if (isPassing && postgres === null) {
    databaseUrl = await createDatabase(given);
    started.defer(() => dropDatabase(databaseUrl));
  }
  if (isPassing && redis === null && redisUrl !== '') {
    started.defer(async () => void (await removeKeys(redisUrl, redisPrefix)));
  }
  return {
    door: hasPages ? await openDoorIn(started) : null,
    databaseUrl,
    redisUrl: redisUrl || null,
    authSecret: authSecret ?? newSecret(),
    adminToken: newSecret(),
    redisPrefix,
    onLogLine,
    hosts,
    release,
  };
}

/** `null` in production. */
async function openDoorIn(started: AsyncDisposableStack): Promise<Door | null> {
  if (readEnv().isProduction) return null;
  const door = await openDoor();
  started.defer(() => door.close());
  return door;
}

async function stepOfApis(
  grounds: Grounds,
  plan: StackPlan,
  started: AsyncDisposableStack,
): Promise<readonly Restartable[]> {
  const { processCount, sharesPort, steps } = plan;
  const poolSize = await poolSizeOf(grounds, processCount);
  const entryUrls = plan.entersByWorkers ? await citusWorkersOf(grounds.databaseUrl) : [];
  const place = sharesPort ? ' on one port' : '';
  const title =
    processCount === 1 ? 'The api listens' : `${processCount} api processes listen${place}`;
  return steps.step(title, () => startApis(grounds, { ...plan, poolSize, entryUrls }, started));
}

/** One process alone has its own default, and its own way to complain. */
async function poolSizeOf({ databaseUrl }: Grounds, processCount: number): Promise<number | null> {
  const given = readEnv().databasePoolSize;
  if (processCount === 1) return given;
  const connectionCountMax = await readConnectionCountMax(databaseUrl);
  return poolSizeFor({ processCount, connectionCountMax, given });
}

function deadAmong(all: readonly Restartable[]): readonly Restartable[] {
  return all.filter(({ child }) => !child.isAlive());
}

/** Tells of processes that ended by themselves, with the end of their logs. */
export function tellOfTheDead({ apis, worker }: Stack, steps: Steps): void {
  for (const { name, child } of deadAmong([...apis, worker])) {
    steps.note(`The ${name} ended by itself. The end of its log:`);
    for (const line of child.logTail()) steps.note(`  ${line}`);
  }
}
