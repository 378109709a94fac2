import type { Socket } from 'node:net';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { networkOf } from '../http/caller-address.ts';
import type { Fault } from '../http/faults.ts';
import { servedOf } from '../http/served.ts';
import { LiveWatch } from './live-watch.ts';
import { SaleWatch } from './sale-watch.ts';
import type { Pushing } from './sink.ts';
import { rateHeadersOf } from '../rates/rate-headers.ts';
import type { WatcherPlaces } from '../rates/watcher-places.ts';
import { appRouter } from '../root.ts';
import { pingPeriodMs, watchDurationMsMax } from './watch-times.ts';
import { WatchBacklog } from './watch-backlog.ts';
import { WatchStream } from './watch-stream.ts';

interface WatchLane {
  /** Do further requests wait on this connection? */
  readonly hasWaiting: (socket: Socket) => boolean;
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
  /** Places of those who watch, by their address; `null`: nobody's are counted. */
  readonly places: WatcherPlaces | null;
  /** Notes why a watch could not begin, and answers it as its caller may see it. */
  readonly faultOf: (request: FastifyRequest, thrown: unknown) => Fault;
}

/** The procedures that answer with a stream. */
const procedures = ['event.watch', 'event.sale'] as const;

const text = z.string().optional().catch(undefined);
const watchQuery = z.object({ input: text, lastEventId: text });

/**
 * Serves `event.watch` and `event.sale` in place of the official adapter, which costs a watcher 110 kB and so much
 * time a message that 2,000 watchers of one busy event were 3.5 s behind. Here an update's text is
 * made once and written to every socket. Who may watch what, the procedure itself decides.
 */
export function addWatchLane(server: FastifyInstance, lane: WatchLane): void {
  const open = new Map<WatchStream, number>();
  const backlog = new WatchBacklog();
  const timer = setInterval(() => tick(open), pingPeriodMs).unref();
  server.addHook('onClose', async () => clearInterval(timer));

  // A request at these paths never reaches the official adapter: it has only `/trpc/:path`.
  for (const procedure of procedures) {
    server.get(`/trpc/${procedure}`, (request, reply) => serve(procedure, request, reply));
  }

  function serve(procedure: Procedure, request: FastifyRequest, reply: FastifyReply): void {
    reply.hijack();
    // A watch has its connection for itself: what waits behind it, or before, would do so for good.
    if (reply.raw.socket === null || lane.hasWaiting(request.raw.socket)) {
      request.raw.socket.destroy();
      return;
    }
    const stream = new WatchStream({
      response: reply.raw,
      backlog,
      headersOfReply: () => ({
        ...plainHeaders(reply),
        ...rateHeadersOf(servedOf(request).taken),
      }),
      onDropped: () => watch?.noteDropped(),
    });
    let watch: Pushing | null = null;
    open.set(stream, performance.now());
    const left = new AbortController();
    reply.raw.once('close', () => {
      open.delete(stream);
      left.abort();
    });
    const begin = async () => {
      const leavePlace = await lane.places?.enter(networkOf(servedOf(request).ip));
      if (leavePlace !== undefined) whenLeft(left.signal, leavePlace);
      const context = await lane.createContext(request, reply);
      watch = await watchOf({ procedure, context, request, signal: left.signal });
      if (request.method === 'HEAD') {
        stream.end();
        return;
      }
      const leave = await watch.pushTo(stream);
      whenLeft(left.signal, leave);
    };
    begin().catch((error: unknown) => stream.end(lane.faultOf(request, error)));
  }
}

/** At once where its caller has left already. */
function whenLeft(left: AbortSignal, leave: () => void): void {
  if (left.aborted) leave();
  else left.addEventListener('abort', leave, { once: true });
}

type Procedure = (typeof procedures)[number];

interface Asked {
  readonly procedure: Procedure;
  readonly context: Context;
  readonly request: FastifyRequest;
  readonly signal: AbortSignal;
}

/** Asks the procedure, which checks the caller and the input. */
async function watchOf({ procedure, context, request, signal }: Asked): Promise<Pushing> {
  const watch: unknown = await callTRPCProcedure({
    router: appRouter,
    path: procedure,
    type: 'subscription',
    ctx: context,
    getRawInput: async () => inputOf(request),
    signal,
    batchIndex: 0,
  });
  if (watch instanceof LiveWatch || watch instanceof SaleWatch) return watch;
  throw new Error(`${procedure} answered something else.`);
}

/** As tRPC reads it: JSON in the query, and the last id from wherever an EventSource puts it. */
function inputOf({ query, headers }: FastifyRequest): unknown {
  const { input, lastEventId } = watchQuery.parse(query);
  const last = headers['last-event-id'] ?? lastEventId;
  const parsed = input === undefined ? undefined : parse(input);
  const isLastKnown = last !== undefined && last !== '';
  if (!isLastKnown || !isMergeable(parsed)) return parsed;
  return { ...parsed, lastEventId: last };
}

function isMergeable(input: unknown): input is object | undefined {
  return (
    input === undefined || (typeof input === 'object' && input !== null && !Array.isArray(input))
  );
}

/** What is no JSON is no object either, which is what the schema then says. */
function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function plainHeaders(reply: FastifyReply): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]),
  );
}

function tick(open: ReadonlyMap<WatchStream, number>): void {
  const now = performance.now();
  for (const [stream, openedAt] of open) {
    if (now - openedAt > watchDurationMsMax) stream.end();
    else stream.ping();
  }
}
