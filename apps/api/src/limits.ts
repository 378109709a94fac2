import { sizesOf } from '@holdfast/data';
import type { Env } from './env.ts';

/** Every bound that a server keeps. Times in milliseconds. */
export interface Limits {
  readonly bodyBytesMax: number;
  /** Calls in one request. */
  readonly batchSizeMax: number;
  readonly connectionCountMax: number;
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
  readonly commitCountMax: number;
  /** From the signal to the moment from which connections are no longer accepted. */
  readonly drainDelayMs: number;
}

/** @example limitsFrom(readEnv()) */
export function limitsFrom(env: Env): Limits {
  return {
    bodyBytesMax: env.BODY_BYTES_MAX,
    batchSizeMax: env.BATCH_SIZE_MAX,
    connectionCountMax: env.CONNECTION_COUNT_MAX,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    receiveTimeoutMs: env.RECEIVE_TIMEOUT_MS,
    keepAliveTimeoutMs: env.KEEP_ALIVE_TIMEOUT_MS,
    groupSizeMax: env.GROUP_SIZE_MAX,
    queueLengthMax: env.QUEUE_LENGTH_MAX,
    eventCountMax: env.EVENT_COUNT_MAX,
    commitCountMax: sizesOf({ poolSizeMax: env.DATABASE_POOL_SIZE }).commitCountMax,
    drainDelayMs: env.DRAIN_DELAY_MS,
  };
}
