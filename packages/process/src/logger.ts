import { type DestinationStream, destination, type Logger, pino } from 'pino';

import { createHider } from './secrets.ts';

export type { Logger } from 'pino';

/** Where the lines of a process go. After `end`, it says `close` when the last one is out. */
export interface LogStream extends DestinationStream {
  end(): void;
  once(event: 'close', listener: () => void): unknown;
}

/** Lines that are not out yet take at most so much memory; then lines are dropped, not bookings. */
const bufferBytesMax = 16 * 1024 * 1024;

/**
 * Standard output, written in the background: a reader that is slow, or has stopped, holds up no
 * request. So a process that ends has to wait for its last lines: `exitWhenLogged`.
 *
 * Where lines cannot be written (nobody reads them any more, the disk is full), one line on standard
 * error says so and the process goes on: lines are lost, not bookings. They are tried again with
 * every new line.
 */
export function openStandardOutput(): LogStream {
  const stream = destination({ dest: 1, sync: false, maxLength: bufferBytesMax });
  // pino calls it at the exit and after a fatal line. Where nobody reads, or the disk is full, it tries for
  // ever (sonic-boom 4.2), and the process would never end.
  stream.flushSync = () => {};
  let isTold = false;
  stream.on('error', ({ message }: Error) => {
    if (isTold) return;
    isTold = true;
    process.stderr.write(`The log cannot be written, and goes on without: ${message}\n`);
  });
  // It may be lost as well, and then there is nowhere to tell it.
  process.stderr.on('error', () => {});
  return stream;
}

interface LoggerOptions {
  /** Which process it is: stands in every line. */
  readonly service: string;
  readonly level: string;
  /** What must never be written, wherever it came from. */
  readonly secrets: readonly string[];
  readonly stream: DestinationStream;
}

/**
 * The process's log: one JSON object a line.
 *
 * Nothing here logs a secret on purpose. Because an error of a library may carry one along, every
 * line is also searched for the secrets and for anything that looks like a token.
 *
 * @example
 * const stream = openStandardOutput();
 * createLogger({ service: 'worker', level: 'info', secrets: hiddenOf('REDIS_URL', redisUrl), stream });
 */
export function createLogger({ service, level, secrets, stream }: LoggerOptions): Logger {
  const hide = createHider(secrets);
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: { streamWrite: hide },
    },
    stream,
  );
}

interface ErrorOnLog {
  readonly type: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly code?: string | undefined;
  readonly cause?: ErrorOnLog | undefined;
}

const causeDepthMax = 5;

/** An error for the log: what it is, never the other properties that libraries hang on it. */
export function describeError(error: unknown, depth = 0): ErrorOnLog {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const hasCause = error.cause !== undefined && depth < causeDepthMax;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    code: 'code' in error ? String(error.code) : undefined,
    cause: hasCause ? describeError(error.cause, depth + 1) : undefined,
  };
}
