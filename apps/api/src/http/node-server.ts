import { createServer, type RequestListener, type Server } from 'node:http';
import type { FastifyServerFactory } from 'fastify';
import type { Limits } from '../limits.ts';
import type { RequestGate } from './request-gate.ts';

/** Slow callers are looked for this often; without it Node does so every 30 seconds. */
const slowCallerPeriodMs = 500;

/**
 * Makes Fastify's HTTP server: a request that the gate lets in is seen by `first` before Fastify routes
 * it, and what that does not take, by answering `false`, Fastify gets as it came.
 *
 * @example fastify({ serverFactory: serverFactory(limits, gate, (request, response) => false) })
 */
export function serverFactory(
  limits: Limits,
  gate: RequestGate,
  first: (...exchange: Parameters<RequestListener>) => boolean,
): FastifyServerFactory {
  return (routed): Server => {
    const listener: RequestListener = (request, response) => {
      gate.enter(request, response, () => {
        if (!first(request, response)) routed(request, response);
      });
    };
    const server = createServer(timesFrom(limits), listener);
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
