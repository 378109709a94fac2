import type { AnyRouter, ProcedureType } from '@trpc/server';
import { fastifyRequestHandler } from '@trpc/server/adapters/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { jsonTextOf } from '../http/json-text.ts';

interface AdapterOptions {
  /** Where procedures are: `/trpc/:path`. */
  readonly path: string;
  readonly router: AnyRouter;
  readonly batchSizeMax: number;
  readonly createContext: (
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Context | Promise<Context>;
  /** Notes why something failed. */
  readonly faultOf: (request: FastifyRequest, thrown: unknown) => unknown;
  /** What the responses add to the headers. */
  readonly headersOf: (
    responses: readonly object[],
    type: ProcedureType | 'unknown',
  ) => Record<string, string>;
}

type Addressed = FastifyRequest<{ Params: { readonly path: string } }>;

/**
 * Has tRPC's official adapter answer all calls that come to Fastify: its handler, in a route of our own, so
 * that a body is read as the fast path reads it.
 *
 * @example addAdapter(server, { path: '/trpc/:path', router, … })
 */
export function addAdapter(server: FastifyInstance, options: AdapterOptions): void {
  const { path, router, batchSizeMax, createContext, faultOf, headersOf } = options;
  const handlerOptions = {
    router,
    maxBatchSize: batchSizeMax,
    createContext: ({ req, res }: { readonly req: FastifyRequest; readonly res: FastifyReply }) =>
      createContext(req, res),
    onError: ({ error, req }: { readonly error: unknown; readonly req: FastifyRequest }) =>
      void faultOf(req, error),
    responseMeta: ({ data, type }: Answered) => ({ headers: new Headers(headersOf(data, type)) }),
  };
  const readBody = (_request: FastifyRequest, body: Buffer, done: BodyRead) =>
    done(null, jsonTextOf(body));
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, readBody);
  server.all(path, { onSend: completeHeaders }, (request: Addressed, res) => {
    const { params } = request;
    return asGet(request, (req) =>
      fastifyRequestHandler({ ...handlerOptions, req, res, path: params.path }),
    );
  });
}

interface Answered {
  readonly data: readonly object[];
  readonly type: ProcedureType | 'unknown';
}

type BodyRead = (error: Error | null, body?: unknown) => void;

/**
 * tRPC answers 204 to every HEAD. It is shown a GET, while it looks at the request, and Node, which knows
 * better, leaves out the body.
 */
function asGet<T>(request: FastifyRequest, handle: (request: FastifyRequest) => T): T {
  const { raw, method } = request;
  if (method !== 'HEAD') return handle(request);
  raw.method = 'GET';
  const handled = handle(request);
  raw.method = method;
  return handled;
}

/**
 * tRPC does not say what it is when it refuses a request as a whole, and then it would be text; and what
 * it says of `Vary` would take the place of what was said before.
 */
async function completeHeaders(
  _request: unknown,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (!(payload instanceof Response)) return payload;
  const { headers } = payload;
  const isText = headers.get('content-type')?.startsWith('text/plain') === true;
  if (isText) headers.set('content-type', 'application/json');
  const vary = reply.getHeader('vary');
  if (typeof vary === 'string') headers.append('vary', vary);
  return payload;
}
