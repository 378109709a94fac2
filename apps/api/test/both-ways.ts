import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { createAuthenticate } from '@holdfast/auth';
import { createLogger } from '@holdfast/process';
import type { AnyRouter } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import { readEnv } from '../src/env.ts';
import { limitsFrom } from '../src/limits.ts';
import { createServer, type ServerDependencies } from '../src/server.ts';
import type { TestApi } from './api.ts';
import { nowhereUrl } from './nowhere.ts';
import { audience, issuer, secret } from './token.ts';

export const ways = ['json', 'adapter'] as const;
export type Way = (typeof ways)[number];

/** The same procedures behind the fast path, and behind the official adapter alone. */
export interface BothWays {
  readonly urls: Readonly<Record<Way, string>>;
  readonly logged: Readonly<Record<Way, () => readonly Record<string, unknown>[]>>;
  stop(): Promise<void>;
}

/** Starts both over the database and the lanes of `api`. */
export async function startBothWays(
  api: TestApi,
  router?: AnyRouter,
  corsOrigins: readonly string[] = [],
): Promise<BothWays> {
  const served = { corsOrigins, ...(router && { router }) };
  const started = await Promise.all(ways.map((way) => startWay(api, way, served)));
  const [json, adapter] = started;
  if (json === undefined || adapter === undefined) throw new Error('There are two ways.');
  return {
    urls: { json: json.url, adapter: adapter.url },
    logged: { json: json.logged, adapter: adapter.logged },
    async stop() {
      await Promise.all(started.map(({ server }) => server.close()));
    },
  };
}

type Served = Pick<ServerDependencies, 'corsOrigins' | 'router'>;

interface StartedWay {
  readonly server: FastifyInstance;
  readonly url: string;
  readonly logged: () => readonly Record<string, unknown>[];
}

async function startWay(api: TestApi, way: Way, served: Served): Promise<StartedWay> {
  const { database, known, lanes, reads, bounds } = api;
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const server = createServer({
    database,
    known,
    lanes,
    reads,
    bounds,
    way,
    ...served,
    authenticate: createAuthenticate({ keys: { type: 'secret', secret }, issuer, audience }),
    logger: createLogger({ service: 'api', level: 'trace', secrets: [secret], stream }),
    limits: limitsFrom(readEnv({ DATABASE_URL: nowhereUrl, AUTH_SECRET: secret })),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return { server, url, logged: () => lines.map((line) => JSON.parse(line)) };
}

/** A request as it is put on the wire. */
export interface Sent {
  readonly method?: string;
  readonly target: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** Who made it: the adapter streams its answers, and Fastify names a charset in its own. */
  readonly way: Way;
}

/** How answers are framed, and when they were made, is nobody's business. */
const framing = ['date', 'keep-alive', 'content-length', 'transfer-encoding'];

const agent = new Agent({ keepAlive: true });

/** Sends this as it is, and answers what comes back: every header but those of the framing. */
export async function exchange(url: string, sent: Sent): Promise<Received> {
  const { hostname: host, port } = new URL(url);
  const { method = 'GET', target, headers = {}, body } = sent;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({ host, port, method, path: target, headers, agent });
    call.once('response', resolve).once('error', reject).end(body);
  });
  const chunks: Buffer[] = await response.toArray();
  const names = Object.entries(response.headers).filter(([name]) => !framing.includes(name));
  return {
    status: response.statusCode ?? 0,
    headers: Object.fromEntries(names.map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString(),
    way: isOfFastPath(response) ? 'json' : 'adapter',
  };
}

function isOfFastPath({ headers }: IncomingMessage): boolean {
  return 'content-length' in headers && headers['content-type'] === 'application/json';
}
