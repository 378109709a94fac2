import type { CallOptions, Caller } from './caller.ts';
import { newId } from './ids.ts';
import type { Transport } from './transport.ts';
import type { Watch, WatchInput, WatchOptions } from './watch.ts';
import type { CreateEventInput, EventAnswer, EventUpdate, Inputs, Outputs } from './wire.ts';
import type { WriteMemory } from './write-memory.ts';

type Asked = Inputs['event'];
type Events = Outputs['event'];

/** What organizers do with their events, and everybody sees of them. */
export interface EventCalls {
  /** Makes an event, as a draft. Without an `eventId` the client makes one, once for all retries. */
  create(input: CreateEventInput, options?: CallOptions): Promise<EventAnswer<'create'>>;
  /** Changes what an event is called, when it is, when and how it is sold. */
  update(input: Asked['update'], options?: CallOptions): Promise<EventAnswer<'update'>>;
  /** Puts a draft on sale. */
  open(input: Asked['open'], options?: CallOptions): Promise<EventAnswer<'open'>>;
  /** Ends the sale, or calls the event off. */
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
  /** The bookings of an event of the caller, a page at a time. */
  bookings(input: Asked['bookings'], options?: CallOptions): Promise<Events['bookings']>;
  /**
   * What the event looks like now, then every change of it, in order and none twice, until
   * `signal` aborts or the loop is left. A cut is mended by itself, and where it went on is where
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
}

/** What the calls about events share with the rest of a client. */
interface EventParts {
  readonly caller: Caller;
  readonly writes: WriteMemory;
  readonly watch: Watch;
}

/** The calls about events, over one transport and with one client's retries. */
export function eventCalls({ event }: Transport, parts: EventParts): EventCalls {
  const { caller, writes, watch } = parts;
  return {
    async create(given, options) {
      const input = { ...given, eventId: given.eventId ?? newId() };
      const send = (signal: AbortSignal) => event.create.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async update(input, options) {
      const send = (signal: AbortSignal) => event.update.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async open(input, options) {
      const send = (signal: AbortSignal) => event.open.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async close(input, options) {
      const send = (signal: AbortSignal) => event.close.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async setCapacity(input, options) {
      const send = (signal: AbortSignal) => event.setCapacity.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    get: (input, options) =>
      caller.ask((signal) => event.get.query(notOlder(input, writes), { signal }), options),
    list: (input = {}, options) =>
      caller.ask((signal) => event.list.query(notOlder(input, writes), { signal }), options),
    watch,
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
  return { eventId };
}
