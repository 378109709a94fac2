import type { ServerResponse } from 'node:http';
import { answerHeaders } from '../http/answer-headers.ts';
import { bodyText } from '../http/body-text.ts';
import type { Cors } from '../http/cors.ts';
import { headersOfFaults } from '../http/fault-answers.ts';
import { type Fault, presentFault } from '../http/faults.ts';
import type { TakeRequest } from '../http/take-request.ts';
import type { ServedRequest } from '../http/served.ts';
import { answerOfFault } from '../rest/answer.ts';
import { restPrefix } from '../rest/request.ts';
import type { CallerLimits } from './caller-limits.ts';

interface RefuseAddressOptions {
  readonly limits: Pick<CallerLimits, 'refusalOfAddress'>;
  readonly cors: Cors;
  /** A longer body is not read: its connection is closed. */
  readonly bodyBytesMax: number;
}

/**
 * Takes the requests of an address that calls too often, before anything of them is looked at, and answers them
 * a second later. Until then nothing more is read from their connections.
 *
 * @example const refuse = refuseAddress({ limits, cors, bodyBytesMax }); refuse(request, response) || begin()
 */
export function refuseAddress({ limits, cors, bodyBytesMax }: RefuseAddressOptions): TakeRequest {
  return (served, response) => {
    const refusal = limits.refusalOfAddress(served);
    if (refusal === null) return false;
    if (!hasShortBody(served, bodyBytesMax)) response.shouldKeepAlive = false;
    void refusal.then((fault) => send(served, response, { fault, cors }));
    return true;
  };
}

function hasShortBody({ headers }: ServedRequest, bodyBytesMax: number): boolean {
  const isOfUnknownLength = headers['transfer-encoding'] !== undefined;
  return !isOfUnknownLength && Number(headers['content-length'] ?? 0) <= bodyBytesMax;
}

interface Refused {
  readonly fault: Fault;
  readonly cors: Cors;
}

function send(served: ServedRequest, response: ServerResponse, { fault, cors }: Refused): void {
  // Its caller has left.
  if (response.destroyed) return;
  const { status, headers, body } = answerOf(served, fault);
  const { length, encoding } = bodyText(body);
  response.writeHead(status, {
    ...answerHeaders(served),
    ...cors.headersOf(served.headers.origin),
    ...headers,
    'content-length': length,
  });
  response.end(body, encoding);
}

/** In the shape that whoever calls there reads. */
function answerOf({ url = '' }: ServedRequest, fault: Fault) {
  if (url.startsWith(restPrefix)) return answerOfFault(fault, (field) => field);
  const error = presentFault(fault);
  const headers = { ...headersOfFaults([error]), 'content-type': 'application/json' };
  return { status: fault.httpStatus, headers, body: JSON.stringify({ error }) };
}
