import type { Database } from '@holdfast/data';
import type { AnyRouter } from '@trpc/server';
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Authenticate } from './authenticate.ts';
import type { Context } from './context.ts';
import { deadlineAfter } from './http/deadline.ts';
import { addDrain } from './http/drain.ts';
import type { Entrance } from './admission/entrance.ts';
import {
  addFaultAnswers,
  answerClientError,
  answerFrameworkError,
  headersOfFaults,
  noteFault,
} from './http/fault-answers.ts';
import { addHttpGate } from './http/http-gate.ts';
import type { FaultOnWire } from './http/faults.ts';
import type { Limits } from './limits.ts';
import type { Logger } from '@holdfast/process';
import type { Reads } from './reads/open-reads.ts';
import { createReadiness, type Readiness } from './http/readiness.ts';
import { requestIdOf } from './http/request-id.ts';
import { addRequestLog } from './http/request-log.ts';
import { appRouter } from './root.ts';
import { addWatchLane } from './live/watch-lane.ts';

export interface ServerDependencies {
  readonly database: Database;
  readonly entrance: Entrance;
  readonly reads: Reads;
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  readonly limits: Limits;
  /** What is served; every procedure of the api unless said otherwise. */
  readonly router?: AnyRouter;
}

/** The longest procedure's name and a comma fit in this. */
const pathLengthPerCallMax = 32;

/** Slow callers are looked for this often; without it Node does so every 30 seconds. */
const slowCallerPeriodMs = 500;

/**
 * The api as a Fastify instance that does not listen yet. `close()` drains it: see drain.ts. Then
 * the entrance may still be busy with what nobody waits for any more, and the database is open;
 * both are the caller's.
 *
 * @example
 * const server = createServer({ database, entrance, reads, authenticate, logger, limits });
 * await server.listen({ host: '127.0.0.1', port: 0 });
 */
export function createServer(dependencies: ServerDependencies): FastifyInstance {
  const { database, reads, logger, limits, router = appRouter } = dependencies;
  const server = createHttpServer(logger, limits);
  // Those who watch would keep it from ending: they are told first, and go on elsewhere.
  server.addHook('preClose', async () => reads.live.end());
  const isDraining = addDrain(server, limits.drainDelayMs);
  addRequestLog(server, logger);
  addFaultAnswers(server, logger);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-request-id': request.id,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
  });
  addHttpGate(server);
  const readiness = createReadiness({ ping: () => database.ping(), isDraining });
  const createContext = contextFrom(dependencies, readiness);
  const faultOf = (request: FastifyRequest, thrown: unknown) => noteFault(logger, request, thrown);
  addWatchLane(server, { createContext, faultOf });
  void server.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router,
      maxBatchSize: limits.batchSizeMax,
      createContext: ({ req, res }) => createContext(req, res),
      onError: ({ error, req }) => void faultOf(req, error),
      responseMeta: ({ data }) => ({
        headers: new Headers(headersOfFaults(data.flatMap(faultsIn))),
      }),
    } satisfies FastifyTRPCPluginOptions<AnyRouter>['trpcOptions'],
  });
  return server;
}

/** Every procedure's errors have passed through presentFault. */
function faultsIn(part: unknown): readonly FaultOnWire[] {
  const isFault = typeof part === 'object' && part !== null && 'error' in part;
  return isFault ? [part.error as FaultOnWire] : [];
}

function createHttpServer(logger: Logger, limits: Limits): FastifyInstance {
  // Fastify's own lines are about its inside; every request is logged by request-log.ts.
  const level = logger.isLevelEnabled('warn') ? 'warn' : logger.level;
  const loggerInstance: FastifyBaseLogger = logger.child({}, { level });
  const server = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    trustProxy: false,
    return503OnClosing: false,
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.receiveTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Bytes have to move within this time, or the connection is cut: a caller that does not read.
    connectionTimeout: limits.receiveTimeoutMs + limits.requestTimeoutMs,
    http: {
      headersTimeout: limits.receiveTimeoutMs,
      connectionsCheckingInterval: slowCallerPeriodMs,
    },
    routerOptions: { maxParamLength: limits.batchSizeMax * pathLengthPerCallMax },
    frameworkErrors: answerFrameworkError(logger),
    clientErrorHandler: answerClientError(logger),
  });
  server.server.maxConnections = limits.connectionCountMax;
  return server;
}

function contextFrom(
  { database, entrance, reads, authenticate, limits }: ServerDependencies,
  readiness: Readiness,
) {
  const { events, live } = reads;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<Context> => {
    const deadline = deadlineAfter(limits.requestTimeoutMs);
    const cut = () => void reply.raw.destroy();
    const user = await authenticate(request.headers.authorization);
    request.user = user;
    return { database, entrance, events, live, readiness, deadline, cut, user };
  };
}
