import type { CallOptions, Caller } from './caller.ts';
import { createChange, noteAnswer } from './event-changes.ts';
import type { ExportBookings } from './export-bookings.ts';
import type { EventUpdate } from './event-update.ts';
import { canonicalId, newId } from './ids.ts';
import type { Inputs, Outputs } from './procedures.ts';
import type { SeenVersions } from './seen-versions.ts';
import type { Transport } from './transport.ts';
import type { SaleUpdate } from './sale.ts';
import type { WatchOptions } from './stream-again.ts';
import type { Watch, WatchInput, WatchSeveralInput } from './watch.ts';
import type { WatchSale } from './watch-sale.ts';
import type { CreateEventInput, EventAnswer, NamedEventUpdate } from './wire.ts';
import type { WriteMemory } from './write-memory.ts';

type Asked = Inputs['event'];
type Events = Outputs['event'];

/**
 * What organizers do with their events, and everybody sees of them.
 *
 * A change says upon which version of the event it was decided: `expectedVersion`, where the caller
 * gives none the newest that this client has seen, and where it has seen none it reads the event
 * first. If its organizer has changed the event since, the change is refused, as `event_changed`.
 * So a repeat that comes late undoes nothing; and of two changes at once one is refused.
 */
export interface EventCalls {
  /** Makes an event, as a draft. Without an `eventId` the client makes one, once for all retries. */
  create(input: CreateEventInput, options?: CallOptions): Promise<EventAnswer<'create'>>;
  /** Changes what an event is called, when it is, when and how it is sold. What is left out stays. */
  update(input: Asked['update'], options?: CallOptions): Promise<EventAnswer<'update'>>;
  /** Puts a draft on sale, or opens a closed sale again. */
  open(input: Asked['open'], options?: CallOptions): Promise<EventAnswer<'open'>>;
  /** Ends the sale, or calls the event off, which ends its bookings. */
  close(input: Asked['close'], options?: CallOptions): Promise<EventAnswer<'close'>>;
  /** Changes how many seats there are in all. */
  setCapacity(
    input: Asked['setCapacity'],
    options?: CallOptions,
  ): Promise<EventAnswer<'setCapacity'>>;
  /**
   * One event; a HoldfastError `not_found` if there is none. It may be some seconds old, but never
   * older than this client's own last command, nor than `maxAgeMs`.
   */
  get(input: Asked['get'], options?: CallOptions): Promise<Events['get']>;
  /** Events by date, a page at a time. As old as with `get`. */
  list(input?: Asked['list'], options?: CallOptions): Promise<Events['list']>;
  /** The bookings of an event of the caller, the oldest first, a page at a time: all, or those that are looked for. */
  bookings(input: Asked['bookings'], options?: CallOptions): Promise<Events['bookings']>;
  /**
   * The same as a CSV file that a spreadsheet opens safely, as bytes that come bit by bit: 100,000 bookings need no
   * memory of that size. If the connection is cut on the way, reading the stream fails: half of a file never
   * looks like all of it.
   *
   * @example
   * const file = await new Response(await client.event.exportBookings({ eventId })).blob();
   */
  exportBookings: ExportBookings;
  /**
   * What the event looks like now, then every change of it, in order and none twice, until
   * `signal` aborts or the loop is left. A cut is fixed by itself, and where it went on is where
   * it ended: what was missed comes first, or `restarted` says that it was too much.
   *
   * Throws a HoldfastError where no waiting helps: `not_found`, `unauthenticated`, …
   *
   * @example
   * for await (const { changes } of client.event.watch({ eventId }, { signal })) {
   *   show(changes.at(-1)?.availableSeats);
   * }
   */
  watch(input: WatchInput, options?: WatchOptions): AsyncIterable<EventUpdate>;
  /**
   * The same for several events (20 at most) over one connection; each update says of which it is.
   * Where one of them does not exist, or may not be seen, all is `not_found`, and the message names it.
   *
   * @example
   * for await (const { eventId, changes } of client.event.watch({ eventIds }, { signal })) {
   *   show(eventId, changes.at(-1)?.availableSeats);
   * }
   */
  watch(input: WatchSeveralInput, options?: WatchOptions): AsyncIterable<NamedEventUpdate>;
  /**
   * How the sale of an event of the caller goes, once a second, over all processes of the api: first the last
   * minutes. A cut is fixed by itself, as with `watch`, and throws as it does.
   *
   * @example
   * for await (const { seconds, now } of client.event.sale({ eventId }, { signal })) {
   *   show(now.event.availableSeats, seconds.at(-1)?.accepted);
   * }
   */
  sale(input: { readonly eventId: string }, options?: WatchOptions): AsyncIterable<SaleUpdate>;
}

/** What the calls about events share with the rest of a client. */
interface EventParts {
  readonly caller: Caller;
  readonly writes: WriteMemory;
  readonly seen: SeenVersions;
  readonly watch: Watch;
  readonly watchSale: WatchSale;
  readonly exportBookings: ExportBookings;
}

/** The calls about events, over one transport and with one client's retries. */
export function eventCalls({ event }: Transport, parts: EventParts): EventCalls {
  const { caller, writes, seen, watch, watchSale, exportBookings } = parts;
  const get: EventCalls['get'] = async (input, options) => {
    const ask = (signal: AbortSignal) => event.get.query(notOlder(input, writes), { signal });
    const found = await caller.ask(ask, options);
    seen.note(found);
    return found;
  };
  const change = createChange({ caller, seen, get });
  return {
    async create(given, options) {
      const input = { ...given, eventId: given.eventId ?? newId() };
      const send = (signal: AbortSignal) => event.create.mutate(input, { signal });
      return noteAnswer(seen, await caller.command(idsOf(input), send, options));
    },
    update: change((input, signal) => event.update.mutate(input, { signal })),
    open: change((input, signal) => event.open.mutate(input, { signal })),
    close: change((input, signal) => event.close.mutate(input, { signal })),
    setCapacity: change((input, signal) => event.setCapacity.mutate(input, { signal })),
    get,
    async list(input = {}, options) {
      const ask = (signal: AbortSignal) => event.list.query(notOlder(input, writes), { signal });
      const page = await caller.ask(ask, options);
      for (const item of page.items) seen.note(item);
      return page;
    },
    watch,
    sale: watchSale,
    exportBookings,
    bookings: (input, options) =>
      caller.ask((signal) => event.bookings.query(input, { signal }), options),
  };
}

/** Asked again for every attempt, because time has passed. */
function notOlder<Input extends { maxAgeMs?: number | undefined }>(
  input: Input,
  writes: WriteMemory,
): Input {
  const own = writes.maxAgeMs();
  return own === undefined ? input : { ...input, maxAgeMs: Math.min(input.maxAgeMs ?? own, own) };
}

function idsOf({ eventId }: { eventId: string }) {
  return { eventId: canonicalId(eventId) };
}
