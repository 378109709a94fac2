import type { ServerResponse } from 'node:http';
import { type AnyRouter, getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server';
import type { TRPCResponse } from '@trpc/server/rpc';
import { answerHeaders } from '../http/answer-headers.ts';
import { bodyText } from '../http/body-text.ts';
import type { Cors } from '../http/cors.ts';
import { type Fault, presentFault } from '../http/faults.ts';
import type { TakeRequest } from '../http/take-request.ts';
import type { ServedRequest } from '../http/served.ts';
import { type Answer, answerOf } from './answer.ts';
import { type Asked, createReadAsked } from './asked.ts';
import { createCallAll } from './call-all.ts';
import { type ContextParts, createContextOf } from './call-context.ts';
import { createInputs } from './inputs.ts';
import { configOf, type PlainProcedure, proceduresOf } from './procedures.ts';
import { readBody } from './read-body.ts';

interface FastPathOptions extends ContextParts {
  readonly router: AnyRouter;
  /** Where procedures are, with a slash at its end. */
  readonly prefix: string;
  readonly pathLengthMax: number;
  readonly bodyBytesMax: number;
  readonly batchSizeMax: number;
  /** Notes why something failed. */
  readonly faultOf: (served: ServedRequest, thrown: unknown) => Fault;
  /** What the responses add to the headers. */
  readonly headersOf: (
    responses: readonly TRPCResponse[],
    type: PlainProcedure['type'],
  ) => Record<string, string>;
  readonly cors: Cors;
}

/**
 * The short way from the socket to a procedure and back, for what `httpLink` and `httpBatchLink` send:
 * no route, no hooks, and no WHATWG Request and Response, which cost four times as much as all the
 * rest (docs/decisions/0010-fast-path.md). It answers what the official adapter would answer, to the byte;
 * what it does not take, the adapter gets. Its router has no transformer, and its procedures answer plain data.
 *
 * @example
 * const take = createFastPath({ router, prefix: '/trpc/', … });
 * createServer((request, response) => take(request, response) || adapter(request, response));
 */
export function createFastPath(options: FastPathOptions): TakeRequest {
  const { router, faultOf } = options;
  const readAsked = createReadAsked({ ...options, procedures: proceduresOf(router) });
  const callAll = createCallAll(router);
  const config = configOf(router);
  const contextOf = createContextOf(options);
  const send = createSend(options);

  async function answer(exchange: Exchange, asked: Asked, text: string | null): Promise<Answer> {
    const { served, response, left } = exchange;
    const onError = (error: unknown) => void faultOf(served, error);
    const { isBatch, procedures } = asked;
    const inputs = createInputs({ text, isBatch, callCount: procedures.length });
    const context = await contextOf(asked, served, response);
    try {
      const calls = { asked, inputs, context, signal: left.signal, onError };
      return answerOf(await callAll(calls), isBatch);
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      onError(error);
      const type = procedures[0]?.type ?? ('unknown' as const);
      const told = { config, error, type, path: undefined, input: undefined, ctx: context.value };
      return answerOf([{ error: getTRPCErrorShape(told) }], false);
    }
  }

  async function serve(exchange: Exchange, asked: Asked, text: string | null): Promise<void> {
    try {
      send(exchange, await answer(exchange, asked, text));
    } catch (cause) {
      // Not even an error could be told in the router's shape.
      const fault = faultOf(exchange.served, cause);
      if (exchange.response.headersSent) exchange.response.destroy();
      else send(exchange, answerOfFault(fault));
    }
  }

  return (request, response) => {
    const asked = readAsked(request);
    if (asked === null) return false;
    const exchange = { served: request, response, left: new AbortController() };
    response.on('close', () => {
      if (!response.writableEnded) exchange.left.abort();
    });
    if (asked.hasBody) readBody(request, (text) => void serve(exchange, asked, text));
    else void serve(exchange, asked, asked.input);
    return true;
  };
}

const varyOfTrpc = 'trpc-accept, accept';

/** Puts an answer on the wire. */
function createSend({ headersOf, cors }: FastPathOptions) {
  const vary = cors.vary === null ? varyOfTrpc : `${varyOfTrpc}, ${cors.vary}`;
  return ({ served, response }: Exchange, { status, responses, body }: Answer): void => {
    // Its caller has left.
    if (response.destroyed) return;
    const { length, encoding } = bodyText(body);
    response.writeHead(status, {
      ...answerHeaders(served),
      ...cors.headersOf(served.headers.origin),
      vary,
      'content-type': 'application/json',
      ...headersOf(responses, served.method === 'POST' ? 'mutation' : 'query'),
      'content-length': length,
    });
    response.end(body, encoding);
  };
}

/** One request and its answer. */
interface Exchange {
  readonly served: ServedRequest;
  readonly response: ServerResponse;
  /** Aborted when the caller has left before its answer. */
  readonly left: AbortController;
}

function answerOfFault(fault: Fault): Answer {
  const body = JSON.stringify({ error: presentFault(fault) });
  return { status: fault.httpStatus, responses: [], body };
}
