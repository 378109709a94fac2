import type { ServerResponse } from 'node:http';
import { type AnyRouter, getTRPCErrorFromUnknown } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import { hasJsonBody, isPlain } from '../fast-path/asked.ts';
import { createCallAll } from '../fast-path/call-all.ts';
import { type ContextParts, createContextOf } from '../fast-path/call-context.ts';
import { readBody } from '../fast-path/read-body.ts';
import { answerHeaders } from '../http/answer-headers.ts';
import { bodyText } from '../http/body-text.ts';
import type { Cors } from '../http/cors.ts';
import { Fault } from '../http/faults.ts';
import type { TakeRequest } from '../http/take-request.ts';
import { servedOf, type ServedRequest } from '../http/served.ts';
import { answerOfFault, nameOnWire, type RestAnswer, restAnswerOf } from './answer.ts';
import { createFind, type RestAsked } from './asked.ts';
import { createFindPlace } from './find-route.ts';
import { readInput } from './read-input.ts';
import { isEmptyBody, pathOf, restPrefix } from './request.ts';
import { routesOf } from './route.ts';

interface RestOptions extends ContextParts {
  readonly router: AnyRouter;
  readonly bodyBytesMax: number;
  /** Notes why something failed. */
  readonly faultOf: (served: ServedRequest, thrown: unknown) => Fault;
  readonly cors: Cors;
}

/** Plain HTTP: the procedures under paths of their own (docs/decisions/0016-plain-http.md). */
export interface Rest {
  /** Past Fastify, for what is sent as fetch sends it: the same short way that tRPC's calls have. */
  readonly take: TakeRequest;
  /** What the header `Allow` says at a path; `null`: nothing is there. */
  allowAt(path: string): string | null;
  /** Everything else that comes to `/api/…`: what Fastify has to read, and what is nowhere. */
  addTo(server: FastifyInstance): void;
}

/**
 * Serves the procedures of a router as plain HTTP, by the table in routes.ts.
 *
 * @example
 * const rest = createRest({ router, bodyBytesMax, createContext, … });
 * createServer((request, response) => rest.take(request, response) || other(request, response));
 */
export function createRest(options: RestOptions): Rest {
  const { cors, bodyBytesMax, router } = options;
  const find = createFind(createFindPlace(routesOf(router)));
  const answer = createAnswer(options);

  async function send(exchange: Exchange, asked: RestAsked, text: string | null): Promise<void> {
    const { served, response } = exchange;
    const { status, headers, body } = await answer(exchange, asked, text);
    // Its caller has left.
    if (response.destroyed) return;
    const { length, encoding } = bodyText(body);
    response.writeHead(status, {
      ...answerHeaders(served),
      ...cors.headersOf(served.headers.origin),
      ...headers,
      'content-length': length,
    });
    response.end(body, encoding);
  }

  return {
    take(served, response) {
      const { url = '', headers } = served;
      if (!isPlain(served, restPrefix) || pathOf(url).includes('%')) return false;
      const found = find(served);
      if (found.type !== 'asked') return false;
      const hasBody = !isEmptyBody(headers);
      if (hasBody && (served.method !== 'POST' || !hasJsonBody(headers, bodyBytesMax)))
        return false;
      const exchange = exchangeOf(served, response);
      if (hasBody) readBody(served, (text) => void send(exchange, found.asked, text));
      else void send(exchange, found.asked, null);
      return true;
    },
    allowAt(path) {
      const found = find({ url: path, method: 'OPTIONS', headers: {} });
      return found.type === 'other_method' ? found.allow : null;
    },
    addTo(server) {
      server.all(`${restPrefix}*`, async (request, reply) => {
        const served = servedOf(request);
        const found = find(served);
        if (found.type === 'nothing') throw new Fault('not_found');
        if (found.type === 'other_method') {
          reply.header('allow', found.allow);
          throw new Fault('method_not_allowed');
        }
        const { body } = request;
        const text = isEmptyBody(request.headers) || typeof body !== 'string' ? null : body;
        const made = await answer(exchangeOf(served, reply.raw), found.asked, text);
        // As bytes, for Fastify adds a charset to what is a text.
        return await reply.code(made.status).headers(made.headers).send(Buffer.from(made.body));
      });
    },
  };
}

/** One request and its answer. */
interface Exchange {
  readonly served: ServedRequest;
  readonly response: ServerResponse;
  /** Aborted when the caller has left before its answer. */
  readonly left: AbortController;
}

function exchangeOf(served: ServedRequest, response: ServerResponse): Exchange {
  const left = new AbortController();
  response.on('close', () => {
    if (!response.writableEnded) left.abort();
  });
  return { served, response, left };
}

type Answer = (exchange: Exchange, asked: RestAsked, text: string | null) => Promise<RestAnswer>;

/** Calls the procedure, as tRPC's calls are made, and says what it answered. */
function createAnswer(options: RestOptions): Answer {
  const { router, faultOf } = options;
  const callAll = createCallAll(router);
  const contextOf = createContextOf(options);
  return async ({ served, response, left }, asked, text) => {
    const onError = (error: unknown) => void faultOf(served, error);
    const calls = { procedures: [asked.route.procedure], isBatch: false, input: null };
    const reading = createReading(asked, text);
    try {
      const context = await contextOf(calls, served, response);
      const inputs = { read: () => reading.read(), known: () => undefined };
      const { signal } = left;
      const call = { asked: { ...calls, hasBody: false }, inputs, context, signal, onError };
      const [answered] = await callAll(call);
      if (answered === undefined) throw new Error('A call has an answer.');
      return restAnswerOf(asked, answered, reading.nameOf);
    } catch (cause) {
      return answerOfFault(faultOf(served, getTRPCErrorFromUnknown(cause)), reading.nameOf);
    }
  };
}

/** Reads an input, and knows whose names the faults of a call have: the caller's, until it is read. */
function createReading(asked: RestAsked, text: string | null) {
  const nameOf = nameOnWire(asked);
  let isRead = false;
  return {
    read() {
      const input = readInput(asked, text);
      isRead = true;
      return input;
    },
    nameOf: (field: string) => (isRead ? nameOf(field) : field),
  };
}
