import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '@holdfast/admission';
import { commit, createKnownEvents, type Database, openDatabase } from '@holdfast/data';
import type { Policy } from '@holdfast/domain';
import { createLogger, createMetricsRegistry } from '@holdfast/process';
import type { Registry } from 'prom-client';
import { deadlineAfter } from '../src/http/deadline.ts';
import { readEnv } from '../src/env.ts';
import type { ApiOutcome, Entrance } from '../src/admission/entrance.ts';
import { limitsFrom } from '../src/limits.ts';
import { createApiMetrics } from '../src/metrics.ts';
import { openAdmittedEntrance } from '../src/admission/open-entrance.ts';
import { secret } from './token.ts';
import { valueOf } from './value-of.ts';

/** What an api process has between its procedures and its servers. */
export interface TestEntrance {
  readonly entrance: Entrance;
  readonly database: Database;
  readonly lines: readonly string[];
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  close(): Promise<void>;
}

interface TestEntranceOptions {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** An entrance with admission, as main.ts opens it. */
export async function openTestEntrance(options: TestEntranceOptions): Promise<TestEntrance> {
  const { databaseUrl, redisUrl, prefix, env: given = {} } = options;
  const env = readEnv({ AUTH_SECRET: secret, DATABASE_URL: databaseUrl, ...given });
  const database = await openDatabase({ url: databaseUrl, poolSizeMax: env.DATABASE_POOL_SIZE });
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'api', level: 'debug', secrets: [], stream });
  const registry: Registry = createMetricsRegistry('api');
  const metrics = createApiMetrics(registry);
  const known = createKnownEvents();
  const parts = { database, known, limits: limitsFrom(env), metrics, logger, onVersion: () => {} };
  const opened = await openAdmittedEntrance(parts, { url: redisUrl, prefix });
  return {
    entrance: opened.entrance,
    database,
    lines,
    metric: (name, labels = {}) => valueOf(registry, name, labels),
    async close() {
      await opened.entrance.idle();
      await opened.close();
      await database.close();
    },
  };
}

/** A cluster takes a while after its start. */
const attemptCountMax = 100;
const attemptPauseMs = 50;

/** The same, once Redis answers it. */
export async function openWorkingEntrance(options: TestEntranceOptions): Promise<TestEntrance> {
  const opened = await openTestEntrance(options);
  await untilRedisAnswers(opened);
  return opened;
}

/** Claims what is not there, until Redis was asked about it. */
export async function untilRedisAnswers(entrance: TestEntrance): Promise<void> {
  const before = await answersOfRedis(entrance);
  for (let attempt = 0; attempt < attemptCountMax; attempt += 1) {
    await claim(entrance, randomUUID());
    if ((await answersOfRedis(entrance)) > before) return;
    await pause(attemptPauseMs);
  }
  throw new Error('Redis does not answer.');
}

/** How often Redis has answered who goes in. */
export async function answersOfRedis({ metric }: TestEntrance): Promise<number> {
  return await metric('holdfast_admission_calls_total', { script: 'admit', result: 'ok' });
}

const organizerId = 'olga';
const requestTimeoutMs = 8_000;

/** An event on sale with so many seats. */
export async function sellEvent(
  database: Database,
  total: number,
  policy: Partial<Policy> = {},
): Promise<string> {
  const eventId = randomUUID();
  const terms = {
    quantityPerBookingMax: 10,
    activeBookingsPerUserMax: 1,
    holdDurationMs: 600_000,
    holdPauseMs: 0,
  };
  const saleWindow = { opensAt: null, closesAt: null };
  const details = { title: 'An evening', date: Date.UTC(2999, 0), organizerId, total, saleWindow };
  await commit(database, eventId, [
    { type: 'create', eventId, ...details, policy: { ...terms, ...policy } },
    { type: 'open', organizerId },
  ]);
  return eventId;
}

interface ClaimOptions {
  readonly bookingId?: string;
  readonly userId?: string;
  readonly quantity?: number;
  readonly isFirstAttempt?: boolean;
  readonly type?: 'book' | 'reserve';
  readonly timeoutMs?: number;
}

/** A claim of one seat, by a new user, with a new id. */
export function claim(
  { entrance }: Pick<TestEntrance, 'entrance'>,
  eventId: string,
  options: ClaimOptions = {},
): Promise<ApiOutcome> {
  const { type = 'book', isFirstAttempt = true, timeoutMs = requestTimeoutMs } = options;
  const bookingId = options.bookingId ?? randomUUID();
  const { userId = bookingId, quantity = 1 } = options;
  const command = { type, bookingId, userId, quantity } as const;
  return entrance.submit(eventId, { command, isFirstAttempt }, deadlineAfter(timeoutMs));
}

interface CancelOptions {
  readonly bookingId: string;
  readonly userId?: string;
}

/** Gives a booking back. */
export function cancel(
  { entrance }: Pick<TestEntrance, 'entrance'>,
  eventId: string,
  { bookingId, userId = bookingId }: CancelOptions,
): Promise<ApiOutcome> {
  const command = { type: 'cancel', bookingId, userId } as const;
  const arrival = { command, isFirstAttempt: false };
  return entrance.submit(eventId, arrival, deadlineAfter(requestTimeoutMs));
}

/** Changes how many seats there are. */
export function setCapacity(
  { entrance }: Pick<TestEntrance, 'entrance'>,
  eventId: string,
  total: number,
): Promise<ApiOutcome> {
  const command = { type: 'setCapacity', organizerId, total } as const;
  const arrival = { command, isFirstAttempt: false };
  return entrance.submit(eventId, arrival, deadlineAfter(requestTimeoutMs));
}

/** What stands in Redis of events: their leases and fences, live or not. */
export interface LeaseCounter {
  count(eventId: string): Promise<number>;
  close(): void;
}

export function openLeaseCounter(redisUrl: string, prefix: string): LeaseCounter {
  const redis = connectRedis(redisUrl, 'queue');
  return {
    count: (eventId) => redis.zcard(`${prefix}:{event:${eventId}}:leases`),
    close: () => redis.disconnect(),
  };
}

export const soldOut = { status: 'refused', reason: 'sold_out' };
