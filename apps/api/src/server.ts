import { type Authenticate, AuthFault, type User } from '@holdfast/auth';
import type { ServerResponse } from 'node:http';
import { deadlineAfter, type Engine } from '@holdfast/engine';
import { type Logger, watchOutage } from '@holdfast/process';
import type { Tracing } from '@holdfast/process/trace';
import type { AnyRouter, ProcedureType } from '@trpc/server';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Context } from './context.ts';
import { addDoor } from './development/add-door.ts';
import type { Door } from './development/door-settings.ts';
import { networkOf } from './http/caller-address.ts';
import { answerHeaders } from './http/answer-headers.ts';
import { createAnswerPreflight } from './http/answer-preflight.ts';
import { type Cors, createCors } from './http/cors.ts';
import { addDrain } from './http/drain.ts';
import {
  addFaultAnswers,
  answerClientError,
  answerFrameworkError,
  headersOfFaults,
  noteFault,
} from './http/fault-answers.ts';
import { faultFrom } from './http/fault-from.ts';
import type { Fault, FaultOnWire } from './http/faults.ts';
import { addHttpGate, allowedMethods } from './http/http-gate.ts';
import { serverFactory } from './http/node-server.ts';
import type { TakeRequest } from './http/take-request.ts';
import { createReadiness, type Readiness } from './http/readiness.ts';
import { createRequestGate, type RequestGate } from './http/request-gate.ts';
import { servedOf, type ServedRequest } from './http/served.ts';
import { addAdapter } from './fast-path/adapter.ts';
import { createFastPath } from './fast-path/fast-path.ts';
import { procedureTypeAt } from './fast-path/procedures.ts';
import type { Limits } from './limits.ts';
import { addExportLane } from './export/export-lane.ts';
import { addWatchLane } from './live/watch-lane.ts';
import { addFrontPage } from './pages/front-page.ts';
import { addReference } from './pages/reference.ts';
import { addDocuments } from './rest/add-documents.ts';
import type { CallerLimits } from './rates/caller-limits.ts';
import { rateHeadersOf } from './rates/rate-headers.ts';
import { refuseAddress } from './rates/refuse-address.ts';
import { createRest, type Rest } from './rest/rest.ts';
import { appRouter } from './root.ts';
import { earlyRefusalOf, identityFault } from './trpc.ts';
import { serveSite } from './web/serve-site.ts';
import type { Site } from './web/site-files.ts';

export interface ServerDependencies
  extends Pick<Engine, 'database' | 'known' | 'lanes' | 'reads' | 'bounds'> {
  readonly authenticate: Authenticate;
  readonly logger: Logger;
  readonly limits: Limits;
  /** Follows calls for OpenTelemetry; nothing is followed unless said otherwise. */
  readonly tracing?: Tracing | null;
  /** Whose pages may call from a browser: `https://shop.example`. None unless said otherwise. */
  readonly corsOrigins?: readonly string[];
  /** The pages for people; none unless said otherwise. */
  readonly site?: Site | null;
  /** What pages can do in development alone; nothing unless said otherwise. */
  readonly door?: Door | null;
  /** How often callers may call; as often as they like unless said otherwise. */
  readonly callerLimits?: CallerLimits | null;
  /** What is served; every procedure of the api unless said otherwise. */
  readonly router?: AnyRouter;
  /** `adapter`: all calls go through tRPC's official adapter, for who compares the fast path with it. */
  readonly way?: 'json' | 'adapter';
}

const prefix = '/trpc';

/** The longest procedure's name and a comma fit in this. */
const pathLengthPerCallMax = 32;

/**
 * The api as a Fastify instance that does not listen yet. `close()` drains it: see drain.ts. Then
 * the engine may still be busy with what nobody waits for any more, and the database is open;
 * both are the caller's.
 *
 * @example
 * const server = createServer({ ...engine, authenticate, logger, limits });
 * await server.listen({ host: '127.0.0.1', port: 0 });
 */
export function createServer(dependencies: ServerDependencies): FastifyInstance {
  const { database, reads, logger, limits, bounds, router = appRouter } = dependencies;
  const cors = createCors(dependencies.corsOrigins ?? []);
  let take: TakeRequest = takeNone;
  const answerPreflight = createAnswerPreflight(cors);
  const refuse = refusalsFrom(dependencies, cors);
  const gate = createRequestGate({ limits, metrics: bounds, refuse });
  const first: TakeRequest = (...exchange) => answerPreflight(...exchange) || take(...exchange);
  const firstHeadersOf = (request: FastifyRequest) => ({
    ...answerHeaders(servedOf(request)),
    ...cors.headersOf(request.headers.origin),
  });
  const { tracing = null } = dependencies;
  const server = createHttpServer({ logger, limits, gate, tracing, first, firstHeadersOf });
  const isDraining = addDrain(server, { ...limits, endStreams: () => reads.live.end() });
  addFaultAnswers(server, logger);
  addHeaders(server, firstHeadersOf);
  const readiness = createReadiness({
    ping: () => database.ping(),
    isDraining,
    notes: () => reads.workers.notes(),
    outage: watchOutage(logger, 'The database (PostgreSQL)'),
  });
  const createContext = contextFrom(dependencies, readiness);
  const faultOf = (served: ServedRequest, thrown: unknown) => {
    const fault = noteFault(logger, served, thrown);
    if (fault.code === 'database_unavailable') readiness.noteUnavailable(fault.cause);
    return fault;
  };
  const calls = { router, limits, createContext, faultOf };
  const rest = restFrom(calls, cors);
  addHttpGate(server, { allowAt: (path) => rest.allowAt(path) ?? allowedAt(router, path) });
  const contextOf = async (request: FastifyRequest, { raw }: FastifyReply) =>
    await createContext(servedOf(request), raw);
  addWatchLane(server, {
    createContext: contextOf,
    faultOf: (request, thrown) => faultOf(servedOf(request), thrown),
    hasWaiting: (socket) => gate.hasWaiting(socket),
    places: dependencies.callerLimits?.watchers ?? null,
  });
  addExportLane(server, { createContext: contextOf });
  addAdapter(server, {
    path: `${prefix}/:path`,
    router,
    batchSizeMax: limits.batchSizeMax,
    createContext: (request, reply) => createContext(servedOf(request), reply.raw),
    faultOf: (request, thrown) => faultOf(servedOf(request), thrown),
    headersOf: headersOfResponses,
  });
  rest.addTo(server);
  addDocuments(server, router);
  addReference(server);
  addFrontPage(server);
  if (dependencies.door) addDoor(server, { ...dependencies, door: dependencies.door });
  const calling = takeFirst(fastPathFrom(calls, cors), rest.take);
  const takePage = dependencies.site ? serveSite(dependencies.site) : takeNone;
  take = takeFirst(dependencies.way === 'adapter' ? takeNone : calling, takePage);
  return server;
}

/** What stands in every answer that Fastify gives: at its end it is known what its caller has left. */
function addHeaders(server: FastifyInstance, firstHeadersOf: HttpServerParts['firstHeadersOf']) {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(firstHeadersOf(request));
  });
  server.addHook('onSend', async (request, reply) => {
    reply.headers(rateHeadersOf(servedOf(request).taken));
  });
}

/** Takes the requests of addresses that call too often; none where nothing is limited. */
function refusalsFrom({ callerLimits, limits }: ServerDependencies, cors: Cors): TakeRequest {
  if (!callerLimits) return takeNone;
  return refuseAddress({ limits: callerLimits, cors, bodyBytesMax: limits.bodyBytesMax });
}

/** What the header `Allow` says where tRPC's procedures are: by the first of a batch. */
function allowedAt(router: AnyRouter, path: string): string {
  const calls = `${prefix}/`;
  const [first = ''] = path.slice(calls.length).split(',', 1);
  return allowedMethods(path.startsWith(calls) ? procedureTypeAt(router, first) : null);
}

const takeNone: TakeRequest = () => false;

const takeFirst =
  (one: TakeRequest, other: TakeRequest): TakeRequest =>
  (...exchange) =>
    one(...exchange) || other(...exchange);

/** What all ways to answer calls are made of. */
interface Calls {
  readonly router: AnyRouter;
  readonly limits: Limits;
  readonly createContext: ReturnType<typeof contextFrom>;
  readonly faultOf: (served: ServedRequest, thrown: unknown) => Fault;
}

function fastPathFrom({ router, limits, createContext, faultOf }: Calls, cors: Cors): TakeRequest {
  return createFastPath({
    cors,
    router,
    prefix: `${prefix}/`,
    pathLengthMax: pathLengthMaxOf(limits),
    bodyBytesMax: limits.bodyBytesMax,
    batchSizeMax: limits.batchSizeMax,
    createContext,
    refusalOf: earlyRefusalOf,
    refusalFault: identityFault,
    faultOf,
    headersOf: headersOfResponses,
  });
}

function restFrom({ router, limits, createContext, faultOf }: Calls, cors: Cors): Rest {
  return createRest({
    cors,
    router,
    bodyBytesMax: limits.bodyBytesMax,
    createContext,
    refusalOf: earlyRefusalOf,
    refusalFault: identityFault,
    faultOf,
  });
}

function headersOfResponses(
  responses: readonly object[],
  type: ProcedureType | 'unknown',
): Record<string, string> {
  const faults = responses.filter(isFault).map(({ error }) => error);
  if (faults.length === 0) return {};
  const isOfMethod = faults.some(({ data }) => data.fault === 'method_not_allowed');
  return { ...headersOfFaults(faults), ...(isOfMethod && { allow: allowedMethods(type) }) };
}

/** Every procedure's errors have passed through presentFault. */
function isFault(response: object): response is { readonly error: FaultOnWire } {
  return 'error' in response;
}

interface HttpServerParts {
  readonly logger: Logger;
  readonly limits: Limits;
  readonly gate: RequestGate;
  readonly tracing: Tracing | null;
  readonly first: TakeRequest;
  /** What stands in every answer that Fastify gives. */
  readonly firstHeadersOf: (request: FastifyRequest) => Record<string, string>;
}

function createHttpServer(parts: HttpServerParts): FastifyInstance {
  const { logger, limits, gate, tracing, first, firstHeadersOf } = parts;
  // Fastify's own lines are about its inside; every request is logged by node-server.ts.
  const level = logger.isLevelEnabled('warn') ? 'warn' : logger.level;
  const loggerInstance: FastifyBaseLogger = logger.child({}, { level });
  return fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (raw) => servedOf({ raw }).id,
    return503OnClosing: false,
    bodyLimit: limits.bodyBytesMax,
    serverFactory: serverFactory({ limits, gate, tracing, first, logger }),
    routerOptions: { maxParamLength: pathLengthMaxOf(limits) },
    frameworkErrors: answerFrameworkError(logger, firstHeadersOf),
    clientErrorHandler: answerClientError(logger),
  });
}

function pathLengthMaxOf({ batchSizeMax }: Limits): number {
  return batchSizeMax * pathLengthPerCallMax;
}

function contextFrom(
  { database, known, lanes, reads, authenticate, limits, callerLimits }: ServerDependencies,
  readiness: Readiness,
) {
  const { events, live, sales, queue } = reads;
  return (served: ServedRequest, response: ServerResponse): Context | Promise<Context> => {
    const deadline = deadlineAfter(limits.requestTimeoutMs);
    const cut = () => void response.destroy();
    const parts = { database, known, lanes, events, live, sales, queue, readiness, deadline, cut };
    const contextOf = (user: User | null): Context | Promise<Context> => {
      served.user = user;
      const refusal = user && callerLimits?.refusalOfUser(user, served);
      if (refusal) return refusal.then(throwFault);
      return contextFor(user);
    };
    const contextFor = (user: User | null): Context => {
      const caller = user === null ? `address ${networkOf(served.ip)}` : `user ${user.id}`;
      // Organizers and admins act for others, and programs for many.
      const unsold = user?.role === 'user' ? (callerLimits?.unsold ?? null) : null;
      return { ...parts, user, caller, tokenFault: null, span: served.span, unsold };
    };
    const contextWithout = (error: unknown): Context => {
      if (!(error instanceof AuthFault)) throw error;
      sayTokenIsRefused(served, response);
      return { ...contextFor(null), tokenFault: faultFrom(error) };
    };
    if (isHealthCall(served)) return contextFor(null);
    try {
      const user = authenticate(served.headers.authorization);
      return user instanceof Promise ? user.then(contextOf, contextWithout) : contextOf(user);
    } catch (error) {
      return contextWithout(error);
    }
  };
}

function throwFault(fault: Fault): never {
  throw fault;
}

/** Whether a process is well is nobody's secret, and must not wait for an issuer's keys. */
function isHealthCall({ url = '' }: ServedRequest): boolean {
  return healthCall.test(url);
}

const healthCall = /^\/(?:trpc\/health\.|api\/health\/)[a-z]+(?:\?|$)/;

/**
 * What anybody may read is answered all the same, and a caller who believes to be known hears that it is
 * not (RFC 6750). Another scheme is a proxy's own, and says nothing to us.
 */
function sayTokenIsRefused({ headers }: ServedRequest, response: ServerResponse): void {
  const isBearer = /^bearer /i.test(headers.authorization ?? '');
  if (isBearer) response.setHeader('www-authenticate', 'Bearer error="invalid_token"');
}
