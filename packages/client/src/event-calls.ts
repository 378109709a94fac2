import type { CallOptions, Caller } from './caller.ts';
import { newId } from './ids.ts';
import type { Transport } from './transport.ts';
import type { CreateEventInput, EventAnswer, Inputs, Outputs } from './wire.ts';

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
  /** One event; a HoldfastError `not_found` if there is none. */
  get(input: Asked['get'], options?: CallOptions): Promise<Events['get']>;
  /** Events by date, a page at a time. */
  list(input?: Asked['list'], options?: CallOptions): Promise<Events['list']>;
  /** The bookings of an event of the caller, a page at a time. */
  bookings(input: Asked['bookings'], options?: CallOptions): Promise<Events['bookings']>;
}

/** The calls about events, over one transport and with one client's retries. */
export function eventCalls({ event }: Transport, caller: Caller): EventCalls {
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
    get: (input, options) => caller.ask((signal) => event.get.query(input, { signal }), options),
    list: (input = {}, options) =>
      caller.ask((signal) => event.list.query(input, { signal }), options),
    bookings: (input, options) =>
      caller.ask((signal) => event.bookings.query(input, { signal }), options),
  };
}

function idsOf({ eventId }: { eventId: string }) {
  return { eventId };
}
