/** A page's call, as far as the rules for other origins look at it. */
interface PageCall {
  readonly origin: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a page learns: the answer with the headers that it may read, or that the browser blocked it. */
type PageAnswer =
  | { readonly status: number; readonly body: unknown; readonly headers: readonly string[] }
  | { readonly blocked: 'preflight' | 'answer' };

/** Media types and names that need no question. Authorization is never among them. */
const simpleTypes = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];
const simpleNames = ['accept', 'accept-language', 'content-language', 'content-type'];
const readableNames = ['cache-control', 'content-language', 'content-length', 'content-type'];

/**
 * Calls as a browser does for a page of another origin, without credentials: the "CORS check", the
 * "CORS-preflight fetch" and the "CORS-safelisted response-header name" of the standard of fetch.
 */
export async function callFromPage(url: string, call: PageCall): Promise<PageAnswer> {
  const { origin, method, headers = {}, body } = call;
  const asked = unsafeNames(headers);
  if (asked.length > 0 && !(await isPreflightPassed(url, call, asked))) {
    return { blocked: 'preflight' };
  }
  const sent = { method, headers: { ...headers, origin }, ...(body !== undefined && { body }) };
  const answer = await fetch(url, sent);
  if (!isAllowed(answer, origin)) return { blocked: 'answer' };
  const exposed = listIn(answer, 'access-control-expose-headers');
  const readable = [...answer.headers.keys()].filter((name) =>
    [...readableNames, ...exposed].includes(name),
  );
  return { status: answer.status, body: await answer.json(), headers: readable };
}

function unsafeNames(headers: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(headers).filter((name) => !simpleNames.includes(name));
  const type = headers['content-type'];
  return (
    type === undefined || simpleTypes.includes(type) ? names : [...names, 'content-type']
  ).toSorted();
}

async function isPreflightPassed(
  url: string,
  { origin, method }: PageCall,
  asked: readonly string[],
): Promise<boolean> {
  const answer = await fetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': asked.join(','),
    },
  });
  if (!isAllowed(answer, origin) || !answer.ok) return false;
  const names = listIn(answer, 'access-control-allow-headers');
  return asked.every(
    (name) => names.includes(name) || (names.includes('*') && name !== 'authorization'),
  );
}

function isAllowed({ headers }: Response, origin: string): boolean {
  const allowed = headers.get('access-control-allow-origin');
  return allowed === '*' || allowed === origin;
}

function listIn({ headers }: Response, name: string): readonly string[] {
  const values = (headers.get(name) ?? '').toLowerCase().split(',');
  return values.map((value) => value.trim());
}
