import { undocumentedIn } from './documented.ts';

export interface RestCall {
  readonly body?: unknown;
  /** `null`: none. */
  readonly token?: string | null;
  /** Idempotency-Key. */
  readonly key?: string;
  /** Sent as a stream, which only Fastify reads. */
  readonly isStreamed?: boolean;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export type Ask = (line: `${'GET' | 'POST'} /${string}`, call?: RestCall) => Promise<RestAnswer>;

/**
 * Asks by plain HTTP, with this token unless said otherwise, and looks whether the document has what
 * came back.
 */
export function createAsk(url: string, token: string): Ask {
  return async (line, call = {}) => {
    const method = line.startsWith('GET') ? 'GET' : 'POST';
    const path = line.slice(method.length + 1);
    const headers = headersOf({ token, ...call });
    const response = await fetch(`${url}${path}`, { method, headers, ...bodyOf(call) });
    const body: unknown = await response.json();
    const { status } = response;
    const mediaType = response.headers.get('content-type') ?? '';
    const [only = ''] = path.split('?', 1);
    const flaws = undocumentedIn({ method, path: only, status, mediaType, body });
    if (flaws.length > 0) throw new Error(`${line}, ${status}: ${flaws.join('; ')}`);
    return { status, headers: response.headers, body };
  };
}

function headersOf({ body, token, key }: RestCall): Record<string, string> {
  return {
    ...(typeof token === 'string' && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { 'idempotency-key': key }),
  };
}

function bodyOf({ body, isStreamed = false }: RestCall): RequestInit {
  if (body === undefined) return {};
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return isStreamed ? { body: new Blob([text]).stream(), duplex: 'half' } : { body: text };
}
