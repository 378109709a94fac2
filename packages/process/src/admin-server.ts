import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Registry } from 'prom-client';
import { createIsAdmin, type IsAdmin } from './admin-token.ts';
import { addHealth, type Health, isHealthPath } from './health.ts';
import type { Logger } from './logger.ts';

const bodyBytesMax = 64 * 1024;
/** For a request to arrive. */
const receiveTimeoutMs = 5_000;
/** Without a byte moved, a connection is cut after this. */
const connectionTimeoutMs = 15_000;
const keepAliveTimeoutMs = 5_000;
/** A scraper and some browsers. */
const connectionCountMax = 64;

export interface AdminServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Whoever has it may see and do everything here. */
  readonly token: string;
  readonly registry: Registry;
  readonly logger: Logger;
  /** How the process is, for orchestrators: the only paths without the token. */
  readonly health?: Health;
  /** Adds further paths. They need the token, too. */
  readonly extend?: (server: FastifyInstance) => void | Promise<void>;
}

export interface AdminServer {
  readonly url: string;
  /** Cuts what is open: an operator's page holds up no drain. */
  close(): Promise<void>;
}

/**
 * The side door of a process, on a port of its own: `GET /metrics` for Prometheus, `/health/live` and
 * `/health/ready` where there is `health`, and what `extend` adds. No path but those of health answers
 * anybody without the token, not even that it is not there.
 *
 * A browser asks its user for the token: any name, and the token as password.
 *
 * @throws the fault of listening, where the port is taken
 * @example
 * const admin = await startAdminServer({ host: '127.0.0.1', port: 9_100, token, registry, logger });
 * await fetch(`${admin.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
 * await admin.close();
 */
export async function startAdminServer(options: AdminServerOptions): Promise<AdminServer> {
  const { host, port, token, registry, logger, health, extend } = options;
  const isAdmin = createIsAdmin(token);
  const server = createHttpServer(logger, isAdmin);
  addGate(server, isAdmin);
  server.setErrorHandler((error: FastifyError, _, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) logger.error({ err: error }, 'a page of the admin server failed');
    return reply.code(status).send({ error: status >= 500 ? 'See the log.' : error.message });
  });
  server.get('/metrics', async (_, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
  if (health !== undefined) addHealth(server, health);
  await extend?.(server);
  const url = await server.listen({ host, port });
  return { url, close: () => server.close() };
}

function createHttpServer(logger: Logger, isAdmin: IsAdmin): FastifyInstance {
  const level = logger.isLevelEnabled('warn') ? 'warn' : logger.level;
  const loggerInstance: FastifyBaseLogger = logger.child({}, { level });
  const server = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyBytesMax,
    requestTimeout: receiveTimeoutMs,
    connectionTimeout: connectionTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: receiveTimeoutMs },
    forceCloseConnections: true,
    // A path that cannot be read never reaches the gate below.
    frameworkErrors: (_: Error, request: FastifyRequest, reply: FastifyReply) => {
      if (isAdmin(request.headers.authorization)) {
        void reply.code(400).send({ error: 'The path cannot be read.' });
      } else {
        void askForToken(reply);
      }
    },
  });
  server.server.maxConnections = connectionCountMax;
  return server;
}

/** Before anything is read, and before paths are looked up. */
function addGate(server: FastifyInstance, isAdmin: IsAdmin): void {
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    if (isHealthPath(request.routeOptions.url)) return;
    if (!isAdmin(request.headers.authorization)) return askForToken(reply);
    if (isFromForeignPage(request)) {
      return reply.code(403).send({
        error:
          'Not from a page of another site. A program sends the ADMIN_TOKEN as a bearer token.',
      });
    }
  });
}

function askForToken(reply: FastifyReply) {
  return reply
    .code(401)
    .header('www-authenticate', 'Basic realm="holdfast admin", charset="UTF-8"')
    .send({ error: 'Send the ADMIN_TOKEN: as a bearer token, or as password.' });
}

/**
 * A browser that has logged in sends the password along with whatever any page makes it send. So a change
 * that comes with the password has to say which page it comes from, and that has to be one of ours: every
 * browser says so in Origin, those over plain http, too, where they leave out Sec-Fetch-Site. No page
 * can make a browser send the token as a bearer token.
 */
function isFromForeignPage({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return true;
  const { origin, authorization = '' } = headers;
  if (origin === undefined) return !/^bearer /i.test(authorization);
  return URL.parse(origin)?.host !== headers.host;
}
