import type { LogListener } from './alarms.ts';
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
  /** Hears their logs. */
  readonly onLogLine: LogListener;
}

/** The level of the lines that say that a process is up. */
const logLevel = 'info';

/** One process of the api. */
export interface ApiPlan {
  /** As people call it: `api`, `api 2`. */
  readonly name: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Other processes listen on the same port. */
  readonly sharesPort: boolean;
  /** Connections of its pool; `null`: as its environment says. */
  readonly poolSize: number | null;
}

/** Starts the api and waits until it listens. Throws ProcessFailed, with its log. */
export function startApi(grounds: Grounds, plan: ApiPlan): Promise<Child> {
  const { name, port, sharesPort, poolSize } = plan;
  return startChild({
    name,
    entry: repository.apiEntry,
    readyMessage: 'listening',
    onLine: (line) => grounds.onLogLine(name, line),
    env: {
      ...commonEnv(grounds),
      HOST: '127.0.0.1',
      PORT: String(port),
      PORT_SHARED: String(sharesPort),
      ...(poolSize === null ? {} : { DATABASE_POOL_SIZE: String(poolSize) }),
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
    onLine: (line) => grounds.onLogLine('worker', line),
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
