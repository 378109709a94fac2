import { randomUUID } from 'node:crypto';
import { createAuthenticate, type TokenKeys } from '@holdfast/auth';
import { type Database, type KnownEvents, openDatabase } from '@holdfast/data';
import { type BoundMetrics, type Lanes, openEngine, type Reads } from '@holdfast/engine';
import { createLogger, createMetricsRegistry, type Role } from '@holdfast/process';
import { freshTables } from '@holdfast/fixtures';
import { valueOf } from '@holdfast/testing';
import { createTRPCClient, httpLink, TRPCClientError } from '@trpc/client';
import { doorFrom } from '../src/development/door-settings.ts';
import { readEnv, redisFrom, secretsOf } from '../src/env.ts';
import type { FaultOnWire } from '../src/http/faults.ts';
import type { AppRouter, RouterInputs } from '../src/index.ts';
import { limitsFrom } from '../src/limits.ts';
import { openCallerLimits } from '../src/rates/open-caller-limits.ts';
import { createServer } from '../src/server.ts';
import type { Site } from '../src/web/site-files.ts';
import { audience, issuer, secret, tokenOf } from './token.ts';

/** An api that listens, with what the tests need around it. */
export interface TestApi {
  readonly url: string;
  readonly database: Database;
  readonly known: KnownEvents;
  readonly lanes: Lanes;
  readonly reads: Reads;
  readonly bounds: BoundMetrics;
  /** What its metrics say now: the value of the line of this name and these labels. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Every line that was logged, parsed. */
  readonly logged: () => readonly Record<string, unknown>[];
  /** The same, as it was written. */
  readonly loggedText: () => string;
  /** Drains and closes the server. The database goes with it. */
  stop(): Promise<void>;
}

interface TestApiOptions {
  /** Settings of the environment other than the defaults. */
  readonly env?: Readonly<Record<string, string>>;
  readonly keys?: TokenKeys;
  /** The pages that it serves; none unless said otherwise. */
  readonly site?: Site | null;
}

/** Tests send more calls of a user than people do. */
const settingsDefault = {
  AUTH_SECRET: secret,
  LOG_LEVEL: 'debug',
  USER_CALL_COUNT_MAX: '0',
  KEY_CALL_COUNT_MAX: '0',
};

/** Starts an api on a free port over a new, migrated database, or over the one that `env` names. */
export async function startApi({
  env: given = {},
  keys,
  site = null,
}: TestApiOptions = {}): Promise<TestApi> {
  const url = given['DATABASE_URL'] ?? (await freshTables());
  const env = readEnv({ ...settingsDefault, ...given, DATABASE_URL: url });
  const database = await openDatabase({ url, poolSizeMax: env.DATABASE_POOL_SIZE });
  const lines: string[] = [];
  const logger = createLogger({
    service: 'api',
    level: env.LOG_LEVEL,
    secrets: secretsOf(env),
    stream: { write: (line) => void lines.push(line) },
  });
  const authenticate = createAuthenticate({
    keys: keys ?? { type: 'secret', secret },
    issuer,
    audience,
  });
  const limits = limitsFrom(env);
  const registry = createMetricsRegistry('api');
  const redis = redisFrom(env);
  const engine = await openEngine({ database, limits, registry, logger }, redis);
  const callers = openCallerLimits({ settings: env, redis, registry, logger });
  const { known, lanes, reads, bounds } = engine;
  const server = createServer({
    ...engine,
    authenticate,
    logger,
    limits,
    callerLimits: callers.limits,
    corsOrigins: env.CORS_ORIGINS,
    door: doorFrom(env),
    site,
  });
  return {
    url: await server.listen({ host: '127.0.0.1', port: 0, backlog: 2_048 }),
    database,
    known,
    lanes,
    reads,
    bounds,
    metric: (name, labels = {}) => valueOf(registry, name, labels),
    logged: () => lines.map((line) => JSON.parse(line)),
    loggedText: () => lines.join(''),
    async stop() {
      await server.close();
      callers.close();
      await engine.close();
      await database.close();
    },
  };
}

export type Caller = ReturnType<typeof callerWith>;

/** The real client with this token, one request a call. */
export function callerWith(api: { readonly url: string }, token: string | null) {
  const headers = token === null ? {} : { authorization: `Bearer ${token}` };
  return createTRPCClient<AppRouter>({ links: [httpLink({ url: `${api.url}/trpc`, headers })] });
}

/** The real client of a user, by name and role. */
export async function callerOf(api: TestApi, sub: string, role: Role): Promise<Caller> {
  return callerWith(api, await tokenOf(sub, role));
}

/** The fault that a call ends in. A call that succeeds is an error. */
export async function faultOf(call: Promise<unknown>): Promise<FaultOnWire['data']> {
  const error = await call.then(
    () => new Error('The call succeeded.'),
    (reason: unknown) => reason,
  );
  if (error instanceof TRPCClientError && error.data) return error.data;
  throw error;
}

type CreateInput = RouterInputs['event']['create'];

/** An event that an organizer offers next year, with a hundred seats. */
export function someEvent(changes: Partial<CreateInput> = {}): CreateInput {
  return {
    eventId: randomUUID(),
    title: 'An evening of names',
    date: '2999-06-01T20:00:00Z',
    seatCount: 100,
    ...changes,
  };
}

/** Has `organizer` put an event on sale, and answers its id. */
export async function eventOnSale(
  organizer: Caller,
  changes: Partial<CreateInput> = {},
): Promise<string> {
  const event = someEvent(changes);
  await organizer.event.create.mutate(event);
  await organizer.event.open.mutate({ eventId: event.eventId });
  return event.eventId;
}
