import type { IncomingMessage } from 'node:http';

type Headers = Readonly<Record<string, string>>;

/** Which pages of other origins may call from a browser (CORS, as the standard of fetch has it). */
export interface Cors {
  /** What `Vary` says of every answer; `null`: answers are the same for all origins. */
  readonly vary: string | null;
  /** What an answer says to a request from this origin. */
  headersOf(origin: string | undefined): Headers;
  /** The headers that answer a browser which asks first (a preflight); `null`: it is none, or may not. */
  preflightHeadersOf(request: Pick<IncomingMessage, 'method' | 'headers'>): Headers | null;
}

/** A browser that has asked once does not ask again for so long; Chromium remembers no longer. */
const maxAgeSeconds = 7_200;

/**
 * Lets these origins in, and no other. Nothing allows credentials: a page sends its token itself, and the
 * browser no cookie. So any header may be sent; `*` does not mean Authorization, hence by its name.
 *
 * @example
 * const cors = createCors(['https://shop.example']);
 * cors.headersOf('https://shop.example'); // { vary: 'Origin', 'access-control-allow-origin': … }
 * cors.headersOf('https://evil.example'); // { vary: 'Origin' }
 */
export function createCors(origins: readonly string[]): Cors {
  if (origins.length === 0) return closed;
  const vary = 'Origin';
  const toOthers: Headers = { vary };
  const toOrigin = new Map(origins.map((origin) => [origin, answerTo(origin, vary)]));
  const headersOf = (origin: string | undefined): Headers =>
    (origin === undefined ? undefined : toOrigin.get(origin)) ?? toOthers;
  return {
    vary,
    headersOf,
    preflightHeadersOf({ method, headers }) {
      const { origin } = headers;
      const isPreflight = method === 'OPTIONS' && 'access-control-request-method' in headers;
      if (!isPreflight || origin === undefined || !toOrigin.has(origin)) return null;
      return { ...headersOf(origin), ...preflight };
    },
  };
}

const none: Headers = {};

const closed: Cors = { vary: null, headersOf: () => none, preflightHeadersOf: () => null };

const answerTo = (origin: string, vary: string): Headers => ({
  vary,
  'access-control-allow-origin': origin,
  'access-control-expose-headers': 'Retry-After, RateLimit, RateLimit-Policy, X-Request-Id',
});

const preflight: Headers = {
  'access-control-allow-methods': 'GET, HEAD, POST',
  'access-control-allow-headers': 'Authorization, Content-Type, *',
  'access-control-max-age': String(maxAgeSeconds),
};

/**
 * Is this an origin, spelt as browsers spell it? A host with a star is one to a URL, and meant as a pattern.
 *
 * @example isOrigin('https://shop.example') // true
 * @example isOrigin('https://shop.example/') // false
 */
export function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.parse(text)?.origin === text;
}
