import { Readable } from 'node:stream';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { appRouter } from '../root.ts';
import { BookingExport } from './booking-export.ts';
import { ExportPlaces } from './export-places.ts';

interface ExportLane {
  readonly createContext: (request: FastifyRequest, reply: FastifyReply) => Promise<Context>;
}

/** As tRPC's calls are made, where the client looks; and as plain HTTP. */
const procedurePath = '/trpc/event.exportBookings';
const plainPath = '/api/events/:eventId/bookings.csv';

/** So long an export may take, however slowly it is read. */
const durationMsMax = 10 * 60_000;

const query = z.object({ input: z.string().optional().catch(undefined) });

/**
 * Serves `event.exportBookings`: a file, which no procedure's answer is. Who may have it, the procedure itself
 * decides. What fails before the first byte is answered as any fault; what fails later cuts the connection, so that
 * nobody takes half of a file for all of it.
 */
export function addExportLane(server: FastifyInstance, { createContext }: ExportLane): void {
  const places = new ExportPlaces();
  const open = new Set<Readable>();
  // They would keep the process from ending for minutes.
  server.addHook('preClose', async () => {
    for (const stream of open) stream.destroy(new Error('The process is stopping.'));
  });

  const serve = (inputOf: (request: FastifyRequest) => unknown) =>
    async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      const made = await exportOf(await createContext(request, reply), inputOf(request));
      reply.headers({
        'content-type': 'text/csv; charset=utf-8; header=present',
        'content-disposition': `attachment; filename="bookings-${made.eventId}.csv"`,
      });
      if (request.method === 'HEAD') return await reply.send('');
      const leave = places.enter(made.caller);
      try {
        const stream = Readable.from(await begun(made));
        const timer = setTimeout(
          () => stream.destroy(new Error('It took too long.')),
          durationMsMax,
        );
        open.add(stream);
        stream.once('close', () => {
          clearTimeout(timer);
          open.delete(stream);
          leave();
        });
        return await reply.send(stream);
      } catch (error) {
        leave();
        throw error;
      }
    };

  server.get(
    procedurePath,
    serve(({ query: asked }) => jsonOf(query.parse(asked).input)),
  );
  server.get(
    plainPath,
    serve(({ query: asked, params }) => ({ ...Object(asked), ...Object(params) })),
  );
}

/** Asks the procedure, which checks the caller and the input. */
async function exportOf(ctx: Context, input: unknown): Promise<BookingExport> {
  const made: unknown = await callTRPCProcedure({
    router: appRouter,
    path: 'event.exportBookings',
    type: 'subscription',
    ctx,
    getRawInput: async () => input,
    signal: undefined,
    batchIndex: 0,
  });
  if (made instanceof BookingExport) return made;
  throw new Error('event.exportBookings answered something else.');
}

/** The same text, when the first page of it was read: until then a fault can be told. */
async function begun(made: BookingExport): Promise<AsyncIterable<string>> {
  const pages = made[Symbol.asyncIterator]();
  const first = await pages.next();
  return (async function* all() {
    if (first.done !== true) yield first.value;
    yield* pages;
  })();
}

/** What is no JSON is no object either, which is what the schema then says. */
function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
