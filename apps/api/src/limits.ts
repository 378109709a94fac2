import { type EngineLimits, limitsDefault, limitsOf } from '@holdfast/engine';
import type { Env } from './env.ts';

/** Every bound that a server keeps, and its engine's. Times in milliseconds. */
export interface Limits extends EngineLimits {
  readonly bodyBytesMax: number;
  /** Calls in one request. */
  readonly batchSizeMax: number;
  readonly connectionCountMax: number;
  /** Requests of one connection that are under way at a time; the rest wait, unread. */
  readonly requestCountPerConnectionMax: number;
  /** Proxies in front, each of which adds its caller to `X-Forwarded-For`. */
  readonly proxyCount: number;
  /** From a request's arrival to its answer. */
  readonly requestTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly receiveTimeoutMs: number;
  /** A connection without a request is closed after this. */
  readonly keepAliveTimeoutMs: number;
  /** From the signal to the moment from which connections are no longer accepted. */
  readonly drainDelayMs: number;
  /** For so long after that connections on which nothing is under way are kept. */
  readonly drainIdleMs: number;
}

/** Whoever watches keeps a connection; the others are for bookings. */
const watchingShareMax = 0.5;

/** @example limitsFrom(readEnv()) */
export function limitsFrom(env: Env): Limits {
  const engine = limitsOf(
    { poolSizeMax: env.DATABASE_POOL_SIZE },
    {
      groupSizeMax: env.GROUP_SIZE_MAX,
      queueLengthMax: env.QUEUE_LENGTH_MAX,
      eventCountMax: env.EVENT_COUNT_MAX,
      commandCountPerUserMax: env.USER_COMMAND_COUNT_MAX,
      readQueueLengthMax: env.READ_QUEUE_LENGTH_MAX,
      readQueueLengthPerCallerMax: env.CALLER_READ_COUNT_MAX,
      callCountPerTurnMax: env.TURN_CALL_COUNT_MAX,
      watcherCountMax: Math.min(
        limitsDefault.watcherCountMax,
        Math.floor(env.CONNECTION_COUNT_MAX * watchingShareMax),
      ),
      commandTimeoutMs: env.REQUEST_TIMEOUT_MS,
    },
  );
  return {
    ...engine,
    bodyBytesMax: env.BODY_BYTES_MAX,
    batchSizeMax: env.BATCH_SIZE_MAX,
    connectionCountMax: env.CONNECTION_COUNT_MAX,
    requestCountPerConnectionMax: env.CONNECTION_REQUEST_COUNT_MAX,
    proxyCount: env.PROXY_COUNT,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    receiveTimeoutMs: env.RECEIVE_TIMEOUT_MS,
    keepAliveTimeoutMs: env.KEEP_ALIVE_TIMEOUT_MS,
    drainDelayMs: env.DRAIN_DELAY_MS,
    drainIdleMs: env.DRAIN_IDLE_MS,
  };
}
