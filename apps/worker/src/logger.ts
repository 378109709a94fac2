import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Shorter ones are words that stand in logs anyway. */
const secretLengthMin = 6;

interface LoggerOptions {
  readonly level: string;
  /** What must never be written, wherever it came from. */
  readonly secrets: readonly string[];
  /** Where lines go. Standard output when left out. */
  readonly stream?: DestinationStream;
}

/**
 * The process's log: one JSON object a line.
 *
 * Nothing here logs a secret on purpose. Because an error of a library may carry one along (a
 * failed AUTH quotes the password), every line is also searched for the secrets.
 *
 * @example createLogger({ level: 'info', secrets: secretsOf([env.DATABASE_URL, env.REDIS_URL]) })
 */
export function createLogger({ level, secrets, stream }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service: 'worker', pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    hooks: { streamWrite: createHider(secrets) },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}

/** An error for the log: what it is, never the other properties that libraries hang on it. */
function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error && { code: String(error.code) }),
    ...(error.cause instanceof Error && { cause: error.cause.message }),
  };
}

function createHider(secrets: readonly string[]): (line: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= secretLengthMin)
    // Inside a line of JSON a quote or a backslash is written with another backslash.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  return (line) => forms.reduce((text, secret) => text.replaceAll(secret, '[hidden]'), line);
}

/**
 * What must not be logged of these URLs: themselves, and their passwords, as they stand in the URL
 * and as they are sent.
 */
export function secretsOf(urls: readonly string[]): readonly string[] {
  return urls.flatMap((url) => {
    const encoded = URL.parse(url)?.password ?? '';
    return encoded === '' ? [] : [url, encoded, decodeSafely(encoded)];
  });
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A URL as it may be shown.
 *
 * @example redactUrl('redis://:secret@cache:6379/1') // 'redis://cache:6379/1'
 */
export function redactUrl(text: string): string {
  const url = URL.parse(text);
  return url === null ? '' : `${url.protocol}//${url.host}${url.pathname}`;
}
