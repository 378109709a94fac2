import { type DestinationStream, destination, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Shorter ones are words that stand in logs anyway. */
const secretLengthMin = 6;

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
 */
export function openStandardOutput(): LogStream {
  return destination({ dest: 1, sync: false, maxLength: bufferBytesMax });
}

interface LoggerOptions {
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
 * @example createLogger({ level: 'info', secrets: secretsOf(env), stream: openStandardOutput() })
 */
export function createLogger({ level, secrets, stream }: LoggerOptions): Logger {
  const hide = createHider(secrets);
  return pino(
    {
      level,
      base: { service: 'api', pid: process.pid },
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

/** Three base64url parts of which the first two start as a JSON object does: a signed token. */
const tokenPattern = /eyJ[\w-]{5,}\.eyJ[\w-]{5,}(?:\.[\w-]*)?/g;

function createHider(secrets: readonly string[]): (line: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= secretLengthMin)
    // Inside a line of JSON a quote or a backslash is written with another backslash.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const hidden = [...new Set(forms)];
  return (line) => {
    let result = line.includes('eyJ') ? line.replace(tokenPattern, '[hidden]') : line;
    for (const secret of hidden) result = result.replaceAll(secret, '[hidden]');
    return result;
  };
}

/**
 * What must not be logged: the signing secret, the database's URL and its password, as it stands
 * in the URL and as it is sent.
 */
export function secretsOf(env: {
  readonly DATABASE_URL: string;
  readonly AUTH_SECRET?: string | undefined;
}): readonly string[] {
  const encoded = URL.parse(env.DATABASE_URL)?.password ?? '';
  const secrets = [env.AUTH_SECRET ?? '', env.DATABASE_URL, encoded, decodeSafely(encoded)];
  return secrets.filter((secret) => secret !== '');
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
