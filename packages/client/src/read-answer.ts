import type { httpLink } from '@trpc/client';
import { AttemptFailed } from './failure.ts';
import { faultOfStatus } from './fault.ts';
import { isObject } from './read-failure.ts';

/** The `fetch` that tRPC's links call. */
type LinkFetch = NonNullable<Parameters<typeof httpLink>[0]['fetch']>;

/**
 * A `fetch` that either hands over a complete answer of an api, or says what became of the
 * request: never sent, cut, or answered by something that is no Holdfast api.
 *
 * @throws AttemptFailed
 */
export function answeringFetch(fetchIt: typeof fetch): LinkFetch {
  return async (url, init) => {
    const { response, text } = await exchange(() =>
      fetchIt(url, { ...init, signal: init?.signal ?? null, redirect: 'manual' }),
    );
    if (isRedirect(response)) throw redirected(response);
    const json = parseJson(text);
    if (!isFromApi(json)) throw noApi(response);
    return { ok: response.ok, json: async () => json };
  };
}

/** Followed, a POST would become a GET, and the token would go to whom the caller did not name. */
export function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

/** Nothing was done. A browser does not say where it leads. */
export function redirected({ headers, status }: Response): AttemptFailed {
  const location = headers.get('location');
  const to = location === null ? 'elsewhere' : `to ${location}`;
  return new AttemptFailed({
    fault: 'redirected',
    message: `The url leads ${to}. Give the client the url it leads to, without /trpc and what follows.`,
    httpStatus: status === 0 ? null : status,
  });
}

async function exchange(request: () => Promise<Response>) {
  try {
    const response = await request();
    // A connection that breaks in the middle of an answer breaks here.
    return { response, text: await response.text() };
  } catch (cause) {
    throw connectionFailed(cause);
  }
}

/** What a `fetch` that failed says of the connection. */
export function connectionFailed(cause: unknown): AttemptFailed {
  const fault = wasNeverSent(cause) ? 'unreachable' : 'network';
  const message = `${networkMessages[fault]}${isBlockable() ? blockedHint : ''}`;
  return new AttemptFailed({ fault, message, cause });
}

const networkMessages = {
  unreachable: 'The api cannot be reached: no connection could be opened. Is its url right?',
  network: 'The connection to the api broke before its answer was complete.',
} as const;

/** A page hears of a call that its browser has blocked as of a connection that broke. */
const blockedHint =
  ' Or the browser has blocked the call: the origin of this page must be in CORS_ORIGINS of the api.';

function isBlockable(): boolean {
  return 'document' in globalThis;
}

/** Codes that Node gives before a connection exists. Browsers tell nothing: then it is in doubt. */
const codesOfNeverSent: readonly unknown[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
];

function wasNeverSent(error: unknown): boolean {
  const cause = isObject(error) ? error['cause'] : undefined;
  return isObject(cause) && codesOfNeverSent.includes(cause['code']);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** tRPC answers `{ result }` or `{ error }`, or with a list of them when it was asked in a batch. */
function isFromApi(json: unknown): boolean {
  if (Array.isArray(json)) return json.every(isFromApi);
  return isObject(json) && ('result' in json || isObject(json['error']));
}

/** The answer of something that is no Holdfast api. */
export function noApi(response: Response): AttemptFailed {
  return new AttemptFailed({
    fault: faultOfStatus(response.status),
    message: `HTTP ${response.status}, and not from a Holdfast api. Is its url right?`,
    httpStatus: response.status,
    retryAfterMs: readRetryAfterMs(response.headers.get('retry-after')),
  });
}

/** The header in its form of whole seconds; its form as a date depends on two clocks and is ignored. */
function readRetryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null;
}
