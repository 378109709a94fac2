import { sizesOf } from '@holdfast/data';
import type { Env } from './env.ts';

/** Every bound that a server keeps. Times in milliseconds. */
export interface Limits {
  readonly bodyBytesMax: number;
  /** Calls in one request. */
  readonly batchSizeMax: number;
  readonly connectionCountMax: number;
  /** Requests of one connection that are under way at a time; the rest wait, unread. */
  readonly requestCountPerConnectionMax: number;
  /** Calls that begin in one turn of the event loop; the rest wait for later ones. */
  readonly callCountPerTurnMax: number;
  /** Proxies in front, each of which adds its caller to `X-Forwarded-For`. */
  readonly proxyCount: number;
  /** From a request's arrival to its answer. */
  readonly requestTimeoutMs: number;
  /** From the first byte of a request to its last. */
  readonly receiveTimeoutMs: number;
  /** A connection without a request is closed after this. */
  readonly keepAliveTimeoutMs: number;
  readonly groupSizeMax: number;
  /** Per event. */
  readonly queueLengthMax: number;
  readonly eventCountMax: number;
  /** Commands of one user that are under way, over all events. */
  readonly commandCountPerUserMax: number;
  /** Connections to PostgreSQL for reads. */
  readonly readCountMax: number;
  /** Reads that wait for one. */
  readonly readQueueLengthMax: number;
  /** Of these, one caller's: a user's, or where there is none, an address'. */
  readonly readQueueLengthPerCallerMax: number;
  readonly commitCountMax: number;
  /** From the signal to the moment from which connections are no longer accepted. */
  readonly drainDelayMs: number;
}

/** @example limitsFrom(readEnv()) */
export function limitsFrom(env: Env): Limits {
  const { readCountMax, commitCountMax } = sizesOf({ poolSizeMax: env.DATABASE_POOL_SIZE });
  return {
    bodyBytesMax: env.BODY_BYTES_MAX,
    batchSizeMax: env.BATCH_SIZE_MAX,
    connectionCountMax: env.CONNECTION_COUNT_MAX,
    requestCountPerConnectionMax: env.CONNECTION_REQUEST_COUNT_MAX,
    callCountPerTurnMax: env.TURN_CALL_COUNT_MAX,
    proxyCount: env.PROXY_COUNT,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    receiveTimeoutMs: env.RECEIVE_TIMEOUT_MS,
    keepAliveTimeoutMs: env.KEEP_ALIVE_TIMEOUT_MS,
    groupSizeMax: env.GROUP_SIZE_MAX,
    queueLengthMax: env.QUEUE_LENGTH_MAX,
    eventCountMax: env.EVENT_COUNT_MAX,
    commandCountPerUserMax: env.USER_COMMAND_COUNT_MAX,
    readCountMax,
    readQueueLengthMax: env.READ_QUEUE_LENGTH_MAX,
    readQueueLengthPerCallerMax: env.CALLER_READ_COUNT_MAX,
    commitCountMax,
    drainDelayMs: env.DRAIN_DELAY_MS,
  };
}
