import type { Logger } from '@holdfast/process';
import type { Tracing } from '@holdfast/process/trace';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { FastifyServerFactory } from 'fastify';
import type { Limits } from '../limits.ts';
import type { RequestGate } from './request-gate.ts';
import { logWhenAnswered } from './request-log.ts';
import { ServedRequest } from './served.ts';
import type { TakeRequest } from './take-request.ts';
import { traceRequest } from './trace-request.ts';

interface ServerParts {
  readonly limits: Limits;
  readonly gate: RequestGate;
  /** `null`: nothing is traced. */
  readonly tracing: Tracing | null;
  /** Sees a request before Fastify routes it. */
  readonly first: TakeRequest;
  readonly logger: Logger;
}

/** Slow callers are looked for this often; without it Node does so every 30 seconds. */
const slowCallerPeriodMs = 500;

/**
 * Makes Fastify's HTTP server: a request that the gate lets in is seen by `first` before Fastify routes
 * it, and what that does not take Fastify gets as it came. Every request is logged here, once.
 *
 * @example fastify({ serverFactory: serverFactory({ limits, gate, logger, tracing: null, first: () => false }) })
 */
export function serverFactory(parts: ServerParts): FastifyServerFactory {
  const { limits, gate, tracing, first, logger } = parts;
  return (routed): Server => {
    const listener = (request: ServedRequest, response: ServerResponse) => {
      request.proxyCount = limits.proxyCount;
      if (tracing !== null) traceRequest(tracing, request, response);
      gate.enter(request, response, () => {
        logWhenAnswered(logger, request, response);
        if (!first(request, response)) routed(request, response);
      });
    };
    const server = createServer({ ...timesFrom(limits), IncomingMessage: ServedRequest }, listener);
    // Bytes have to move within this time, or the connection is cut: a caller that does not read.
    server.setTimeout(limits.receiveTimeoutMs + limits.requestTimeoutMs);
    server.maxConnections = limits.connectionCountMax;
    return server;
  };
}

function timesFrom({ receiveTimeoutMs, keepAliveTimeoutMs }: Limits) {
  return {
    requestTimeout: receiveTimeoutMs,
    headersTimeout: receiveTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    connectionsCheckingInterval: slowCallerPeriodMs,
    // Or Node answers on its own, without a word. The gate sees to it.
    requireHostHeader: false,
  };
}
