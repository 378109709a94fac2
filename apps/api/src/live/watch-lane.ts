import type { Socket } from 'node:net';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import type { Fault } from '../http/faults.ts';
import { LiveWatch } from './live-watch.ts';
import { appRouter } from '../root.ts';
import { pingPeriodMs, watchDurationMsMax } from './watch-times.ts';
import { WatchBacklog } from './watch-backlog.ts';
import { WatchStream } from './watch-stream.ts';

interface WatchLane {
  /** Do further requests wait on this connection? */
  readonly hasWaiting: (socket: Socket) => boolean;
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
  /** Notes why a watch could not begin, and answers it as its caller may see it. */
  readonly faultOf: (request: FastifyRequest, thrown: unknown) => Fault;
}

/** A request at this path never reaches the official adapter: it has only `/trpc/:path`. */
const path = '/trpc/event.watch';

const text = z.string().optional().catch(undefined);
const watchQuery = z.object({ input: text, lastEventId: text });

/**
 * Serves `event.watch` in place of the official adapter, which costs a watcher 110 kB and so much
 * time a message that 2,000 watchers of one busy event were 3.5 s behind. Here an update's text is
 * made once and written to every socket. Who may watch what, the procedure itself decides.
 */
export function addWatchLane(server: FastifyInstance, lane: WatchLane): void {
  const open = new Map<WatchStream, number>();
  const backlog = new WatchBacklog();
  const timer = setInterval(() => tick(open), pingPeriodMs).unref();
  server.addHook('onClose', async () => clearInterval(timer));

  server.get(path, (request, reply) => {
    reply.hijack();
    // A watch has its connection for itself: what waits behind it, or before, would do so for good.
    if (reply.raw.socket === null || lane.hasWaiting(request.raw.socket)) {
      request.raw.socket.destroy();
      return;
    }
    const stream = new WatchStream({
      response: reply.raw,
      backlog,
      headersOfReply: plainHeaders(reply),
      onDropped: () => watch?.noteDropped(),
    });
    let watch: LiveWatch | null = null;
    open.set(stream, performance.now());
    const left = new AbortController();
    reply.raw.once('close', () => {
      open.delete(stream);
      left.abort();
    });
    const begin = async () => {
      watch = await watchOf(await lane.createContext(request, reply), request, left.signal);
      if (request.method === 'HEAD') {
        stream.end();
        return;
      }
      const leave = await watch.pushTo(stream);
      if (left.signal.aborted) leave();
      left.signal.addEventListener('abort', leave, { once: true });
    };
    begin().catch((error: unknown) => stream.end(lane.faultOf(request, error)));
  });
}

/** Asks the procedure, which checks the caller and the input. */
async function watchOf(
  context: Context,
  request: FastifyRequest,
  signal: AbortSignal,
): Promise<LiveWatch> {
  const watch: unknown = await callTRPCProcedure({
    router: appRouter,
    path: 'event.watch',
    type: 'subscription',
    ctx: context,
    getRawInput: async () => inputOf(request),
    signal,
    batchIndex: 0,
  });
  if (watch instanceof LiveWatch) return watch;
  throw new Error('event.watch answered something else.');
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
