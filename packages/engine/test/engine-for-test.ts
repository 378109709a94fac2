import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '@holdfast/redis';
import { commit, type Database, openDatabase } from '@holdfast/data';
import type { Policy } from '@holdfast/domain';
import { createLogger, createMetricsRegistry } from '@holdfast/process';
import { valueOf } from '@holdfast/testing';
import { deadlineAfter } from '../src/deadline.ts';
import type { Lanes } from '../src/lane/lanes.ts';
import type { GivenOutcome } from '../src/lane/words.ts';
import { type EngineLimits, limitsOf } from '../src/limits.ts';
import { openEngine } from '../src/open-engine.ts';
import type { Reads } from '../src/reads/open-reads.ts';

/** The engine of one process. */
export interface TestEngine {
  readonly lanes: Lanes;
  readonly reads: Reads;
  readonly database: Database;
  readonly lines: readonly string[];
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  close(): Promise<void>;
}

interface TestEngineOptions {
  readonly databaseUrl: string;
  /** `null`: there is none. */
  readonly redisUrl: string | null;
  readonly prefix: string;
  readonly limits?: Partial<EngineLimits>;
}

/** An engine, as an api process opens it. */
export async function openTestEngine(options: TestEngineOptions): Promise<TestEngine> {
  const { databaseUrl, redisUrl, prefix, limits: given } = options;
  const database = await openDatabase({ url: databaseUrl });
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'api', level: 'debug', secrets: [], stream });
  const registry = createMetricsRegistry('api');
  const parts = { database, limits: limitsOf({}, given), registry, logger };
  const engine = await openEngine(parts, redisUrl === null ? null : { url: redisUrl, prefix });
  return {
    lanes: engine.lanes,
    reads: engine.reads,
    database,
    lines,
    metric: (name, labels = {}) => valueOf(registry, name, labels),
    async close() {
      await engine.close();
      await database.close();
    },
  };
}

/** A cluster takes a while after its start. */
const attemptCountMax = 100;
const attemptPauseMs = 50;

/** The same, once Redis answers it. */
export async function openWorkingEngine(options: TestEngineOptions): Promise<TestEngine> {
  const opened = await openTestEngine(options);
  await untilRedisAnswers(opened);
  return opened;
}

/** Claims what is not there, until Redis was asked about it. */
export async function untilRedisAnswers(engine: TestEngine): Promise<void> {
  const before = await answersOfRedis(engine);
  for (let attempt = 0; attempt < attemptCountMax; attempt += 1) {
    await claim(engine, randomUUID());
    if ((await answersOfRedis(engine)) > before) return;
    await pause(attemptPauseMs);
  }
  throw new Error('Redis does not answer.');
}

/** How often Redis has answered what is certain of an event. */
export async function answersOfRedis({ metric }: TestEngine): Promise<number> {
  return await metric('holdfast_admission_calls_total', { script: 'ask', result: 'ok' });
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
    cancelDeadlineMs: null,
    holdExtensionMaxMs: 0,
    extendsWhenSoldOut: true,
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
  readonly replace?: boolean;
  readonly timeoutMs?: number;
}

/** A claim of one seat, by a new user, with a new id. */
export function claim(
  { lanes }: Pick<TestEngine, 'lanes'>,
  eventId: string,
  options: ClaimOptions = {},
): Promise<GivenOutcome> {
  const { type = 'book', isFirstAttempt = true, timeoutMs = requestTimeoutMs } = options;
  const bookingId = options.bookingId ?? randomUUID();
  const { userId = bookingId, quantity = 1 } = options;
  const facts = { bookingId, userId, quantity };
  const command =
    type === 'book' ? ({ type, ...facts } as const) : { type, ...facts, replace: options.replace };
  return lanes.submit(eventId, { command, isFirstAttempt }, deadlineAfter(timeoutMs));
}

interface CancelOptions {
  readonly bookingId: string;
  readonly userId?: string;
}

/** Gives a booking back. */
export function cancel(
  { lanes }: Pick<TestEngine, 'lanes'>,
  eventId: string,
  { bookingId, userId = bookingId }: CancelOptions,
): Promise<GivenOutcome> {
  const command = { type: 'cancel', bookingId, userId } as const;
  const arrival = { command, isFirstAttempt: false };
  return lanes.submit(eventId, arrival, deadlineAfter(requestTimeoutMs));
}

/** Changes how many seats there are. */
export function setCapacity(
  { lanes }: Pick<TestEngine, 'lanes'>,
  eventId: string,
  total: number,
): Promise<GivenOutcome> {
  const command = { type: 'setCapacity', organizerId, total } as const;
  const arrival = { command, isFirstAttempt: false };
  return lanes.submit(eventId, arrival, deadlineAfter(requestTimeoutMs));
}

/** What stands in Redis of events: their fences, lapsed or not. */
export interface FenceCounter {
  count(eventId: string): Promise<number>;
  close(): void;
}

export function openFenceCounter(redisUrl: string, prefix: string): FenceCounter {
  const redis = connectRedis(redisUrl, 'queue');
  return {
    async count(eventId) {
      const fields = await redis.hkeys(`${prefix}:{event:${eventId}}:standing`);
      return fields.filter((field) => field.startsWith('fence:')).length;
    },
    close: () => redis.disconnect(),
  };
}

export const soldOut = { status: 'refused', reason: 'sold_out' };
