import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problemMediaType, problemOfFault } from '../rest/problem.ts';
import { restPrefix } from '../rest/request.ts';
import { faultFrom } from './fault-from.ts';
import { Fault, type FaultOnWire, presentFault } from './faults.ts';
import type { Logger } from '@holdfast/process';
import { servedOf, type ServedRequest } from './served.ts';

/** What faults add to an answer's headers: of several, the longest wait counts. */
export function headersOfFaults(faults: readonly FaultOnWire[]): Record<string, string> {
  const waits = faults.flatMap(({ data }) => data.retryAfterMs ?? []);
  const isUnauthenticated = faults.some(({ data }) => data.fault === 'unauthenticated');
  return {
    ...(waits.length > 0 && { 'retry-after': String(Math.ceil(Math.max(...waits) / 1_000)) }),
    ...(isUnauthenticated && { 'www-authenticate': 'Bearer' }),
  };
}

/**
 * Notes a fault for the request's log line, and logs why, where that is not in the request itself:
 * what is wrong with an input would repeat the input.
 */
export function noteFault(logger: Logger, served: ServedRequest, thrown: unknown): Fault {
  const fault = faultFrom(thrown);
  served.fault = fault.code;
  if (fault.code === 'bad_input' || fault.code === 'not_found') return fault;
  const level = fault.code === 'internal' ? 'error' : 'debug';
  logger[level]({ err: fault.cause ?? fault, requestId: served.id }, `fault ${fault.code}`);
  return fault;
}

/**
 * Answers what fails before or beside a procedure, in the one error shape of tRPC or as plain HTTP's problem
 * details: unknown paths, bodies that are too large, and whatever else Fastify itself finds wrong.
 */
export function addFaultAnswers(server: FastifyInstance, logger: Logger): void {
  server.setErrorHandler((error, request, reply) => {
    answer(request, reply, noteFault(logger, servedOf(request), error));
  });
  server.setNotFoundHandler((request, reply) => {
    answer(request, reply, noteFault(logger, servedOf(request), new Fault('not_found')));
  });
}

/** Answers what Fastify finds wrong with a URL; no hook has seen such a request, or set its headers. */
export function answerFrameworkError(
  logger: Logger,
  headersOf: (request: FastifyRequest) => Record<string, string>,
) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    reply.headers(headersOf(request));
    answer(request, reply, noteFault(logger, servedOf(request), error));
  };
}

function answer({ url }: FastifyRequest, reply: FastifyReply, fault: Fault): void {
  const error = presentFault(fault);
  reply.code(fault.httpStatus).headers(headersOfFaults([error]));
  if (!url.startsWith(restPrefix)) {
    reply.send({ error });
  } else {
    const problem = problemOfFault(error, (field) => field);
    reply.type(problemMediaType).send(Buffer.from(JSON.stringify(problem)));
  }
}

/**
 * Answers what Node's parser finds wrong with a request, of which there is only the socket: too
 * slow, headers too long, not HTTP.
 */
export function answerClientError(logger: Logger) {
  return (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const fault = clientFault(error.code);
    logger.info({ status: fault.httpStatus, fault: fault.code, code: error.code }, 'bad request');
    socket.end(rawAnswer(fault), () => socket.destroy());
  };
}

function clientFault(code: string | undefined): Fault {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new Fault('request_timeout');
  if (code === 'HPE_HEADER_OVERFLOW') return new Fault('headers_too_large');
  return new Fault('bad_input', { message: 'The request is not well-formed HTTP.' });
}

function rawAnswer(fault: Fault): string {
  const body = JSON.stringify({ error: presentFault(fault) });
  return [
    `HTTP/1.1 ${fault.httpStatus} ${STATUS_CODES[fault.httpStatus]}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
