import type { ServerResponse } from 'node:http';
import type { Logger } from '@holdfast/process';
import type { FastifyInstance } from 'fastify';
import type { User } from '../user.ts';
import type { FaultCode } from './fault-kinds.ts';
import type { Served } from './served.ts';

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
    logWhenAnswered(logger, request, reply.raw);
  });
}

/**
 * The line: method, path without its query (inputs stay out of logs), status, time in
 * milliseconds, ids. A caller that left before the answer has status 499, as proxies write it.
 */
export function logWhenAnswered(logger: Logger, served: Served, response: ServerResponse): void {
  const startedAt = performance.now();
  response.once('close', () => {
    logger.info(
      {
        method: served.method,
        path: served.url.split('?', 1)[0]?.slice(0, pathLengthMax),
        status: response.writableFinished ? response.statusCode : 499,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        requestId: served.id,
        address: served.ip,
        ...(served.user && { user: served.user.id }),
        ...(served.fault && { fault: served.fault }),
      },
      'request',
    );
  });
}
