import { type Child, startChild } from './child.ts';
import { textMember } from './json-object.ts';
import { repository } from './repository.ts';

/** What the api and the worker run on. */
export interface Grounds {
  readonly databaseUrl: string;
  /** `null`: without Redis. */
  readonly redisUrl: string | null;
  readonly authSecret: string;
  /** Opens the admin servers of the api and of the worker, on ports that they choose. */
  readonly adminToken: string;
  /** Namespace of everything that is kept in Redis. */
  readonly redisPrefix: string;
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
      ...commonEnv(grounds),
      HOST: '127.0.0.1',
      PORT: String(port),
      AUTH_SECRET: grounds.authSecret,
      AUTH_JWKS_URL: null,
    },
  });
}

/** Starts the worker and waits until it is ready. Throws ProcessFailed, with its log. */
export function startWorker(grounds: Grounds): Promise<Child> {
  return startChild({
    name: 'worker',
    entry: repository.workerEntry,
    readyMessage: 'ready',
    env: commonEnv(grounds),
  });
}

function commonEnv(grounds: Grounds): Readonly<Record<string, string | null>> {
  return {
    LOG_LEVEL: logLevel,
    DATABASE_URL: grounds.databaseUrl,
    REDIS_URL: grounds.redisUrl,
    REDIS_PREFIX: grounds.redisPrefix,
    ADMIN_HOST: '127.0.0.1',
    ADMIN_PORT: '0',
    ADMIN_TOKEN: grounds.adminToken,
  };
}

/** Where an api listens, from the line that it logged. */
export function urlOf(api: Child): string {
  const url = textMember(api.ready, 'url');
  if (url === null) throw new Error('The api logged no url when it was up.');
  return url;
}

/** The admin server of a process, from the same line; `null` where it has none. */
export function adminUrlOf(child: Child): string | null {
  return textMember(child.ready, 'adminUrl');
}
