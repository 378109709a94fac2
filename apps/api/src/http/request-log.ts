import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { FaultCode } from './fault-kinds.ts';
import type { Logger } from '@holdfast/process';
import type { User } from '../user.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once that is known. */
    user: User | null;
    /** The last fault that this request was answered with, for its log line. */
    fault: FaultCode | null;
  }
}

const pathLengthMax = 200;

/** Logs one line for every request that is routed, when its answer is out or its caller gone. */
export function addRequestLog(server: FastifyInstance, logger: Logger): void {
  server.decorateRequest('user', null);
  server.decorateRequest('fault', null);
  server.addHook('onRequest', async (request, reply) => {
    logWhenAnswered(logger, request, reply);
  });
}

/**
 * The line: method, path without its query (inputs stay out of logs), status, time in
 * milliseconds, ids. A caller that left before the answer has status 499, as proxies write it.
 */
export function logWhenAnswered(
  logger: Logger,
  request: FastifyRequest,
  { raw: response }: FastifyReply,
): void {
  const startedAt = performance.now();
  response.once('close', () => {
    logger.info(
      {
        method: request.method,
        path: request.url.split('?', 1)[0]?.slice(0, pathLengthMax),
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        requestId: request.id,
        address: request.ip,
        ...(request.user && { user: request.user.id }),
        ...(request.fault && { fault: request.fault }),
      },
      'request',
    );
  });
}
