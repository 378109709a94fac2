import { randomBytes, randomUUID } from 'node:crypto';
import { createDatabase, dropDatabase, type Services, startServices } from '@holdfast/services';
import { type Child, startChild } from './child.ts';
import { readEnv } from './env.ts';
import { expectAnswers } from './given-servers.ts';
import { textMember } from './json-object.ts';
import { migrateAt } from './migrate-at.ts';
import { removeKeys } from './remove-keys.ts';
import { repository } from './repository.ts';
import type { Steps } from './steps.ts';
import type { Target } from './target.ts';

/** What the api and the worker run on. */
export interface Grounds {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly authSecret: string;
  /** Namespace of the worker's queues in Redis. */
  readonly queuePrefix: string;
}

/** A running Holdfast: servers, api and worker. Disposing of it stops them: worker, api, servers. */
export interface Stack extends Grounds, Target, AsyncDisposable {
  readonly api: Child;
  readonly worker: Child;
  readonly services: Services;
}

export interface StackPlan {
  /** Where the servers keep their data; `null` for a stack that leaves nothing behind. */
  readonly directory: string | null;
  /** Signs the tokens. A stack that leaves nothing behind makes its own. */
  readonly authSecret: string | null;
  /** The api's port; 0 for any free one. */
  readonly port: number;
  readonly steps: Steps;
}

/** A secret for `AUTH_SECRET`: 256 random bits. */
export function newAuthSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Starts everything, one step after the other: PostgreSQL and Redis (unless DATABASE_URL and
 * REDIS_URL name running ones), migrations, the api and the worker as processes of their own.
 *
 * Without a `directory`, the database is fresh and gone afterwards, on a given server, too, and so
 * are the queues. Throws UsageError where one of the two variables is no such URL, and StepFailed
 * when a step fails; what had been started by then is stopped.
 *
 * @example
 * await using stack = await startStack({ directory: null, authSecret: null, port: 0, steps });
 * await fetch(`${stack.url}/trpc/health.ready`);
 */
export async function startStack({
  directory,
  authSecret,
  port,
  steps,
}: StackPlan): Promise<Stack> {
  const { databaseUrl, redisUrl, authIssuer: issuer, authAudience: audience } = readEnv();
  await using started = new AsyncDisposableStack();
  const services = await steps.step('PostgreSQL and Redis are up', async () => {
    await expectAnswers({ databaseUrl, redisUrl });
    return startServices({ directory, log: (line) => steps.note(line) });
  });
  started.defer(() => services.stop());

  const grounds: Grounds = {
    databaseUrl: directory === null ? await ownDatabase(services, started) : services.databaseUrl,
    redisUrl: services.redisUrl,
    authSecret: authSecret ?? newAuthSecret(),
    queuePrefix: directory === null ? `holdfast-${randomUUID()}` : 'holdfast',
  };
  await steps.step('Tables are up to date', () => migrateAt(grounds.databaseUrl));

  if (directory === null && services.redis === null) {
    started.defer(() => removeKeys(grounds.redisUrl, grounds.queuePrefix));
  }

  const api = await steps.step('The api listens', () => startApi(grounds, port));
  started.defer(() => api.stop());
  const worker = await steps.step('The worker is ready', () => startWorker(grounds));
  started.defer(() => worker.stop());

  const all = started.move();
  return {
    ...grounds,
    url: urlOf(api),
    tokens: { secret: grounds.authSecret, issuer, audience },
    services,
    api,
    worker,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** The database of a stack that leaves nothing behind: on a given server it must be a new one. */
async function ownDatabase(services: Services, started: AsyncDisposableStack): Promise<string> {
  if (services.postgres !== null) return services.databaseUrl;
  const url = await createDatabase(services.databaseUrl);
  started.defer(() => dropDatabase(url));
  return url;
}

/** The level of the lines that say that a process is up. */
const logLevel = 'info';

/** Starts the api and waits until it listens. Throws ProcessFailed, with its log. */
export function startApi(grounds: Grounds, port: number): Promise<Child> {
  return startChild({
    name: 'api',
    entry: repository.apiEntry,
    readyMessage: 'listening',
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: logLevel,
      DATABASE_URL: grounds.databaseUrl,
      AUTH_SECRET: grounds.authSecret,
      AUTH_JWKS_URL: null,
    },
  });
}

/** Starts the worker and waits until it is ready. Throws ProcessFailed, with its log. */
function startWorker(grounds: Grounds): Promise<Child> {
  return startChild({
    name: 'worker',
    entry: repository.workerEntry,
    readyMessage: 'ready',
    env: {
      DATABASE_URL: grounds.databaseUrl,
      REDIS_URL: grounds.redisUrl,
      QUEUE_PREFIX: grounds.queuePrefix,
      LOG_LEVEL: logLevel,
    },
  });
}

/** Where an api listens, from the line that it logged. */
function urlOf(api: Child): string {
  const url = textMember(api.ready, 'url');
  if (url === null) throw new Error('The api logged no url when it was up.');
  return url;
}

const logTailCount = 15;

/** Tells of processes that ended by themselves, with the end of their logs. */
export function tellOfTheDead({ api, worker }: Stack, steps: Steps): void {
  for (const child of [api, worker]) {
    if (child.isAlive()) continue;
    steps.note(`The ${child.name} ended by itself. The end of its log:`);
    for (const line of child.logTail(logTailCount)) steps.note(`  ${line}`);
  }
}
