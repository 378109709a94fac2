import { setTimeout as wait } from 'node:timers/promises';
import {
  type EventBooking,
  type EventBookingCursor,
  listBookingsOfEvent,
  type Page,
} from '@holdfast/data';
import type { BookingStatus } from '@holdfast/domain';
import { Overloaded } from '@holdfast/engine';
import type { Context } from '../context.ts';
import { headRow, rowOf } from './booking-rows.ts';
import { byteOrderMark, type Separator } from './csv.ts';

/** Bookings that are read at a time. To make text of them takes about a millisecond, so no call waits for long. */
const pageSize = 500;

/** While others buy, reads wait for each other. Somebody who has half of a file waits a little longer. */
const attemptCountMax = 5;

export interface ExportOptions {
  readonly eventId: string;
  readonly status: BookingStatus | undefined;
  readonly separator: Separator;
}

type Parts = Pick<Context, 'database' | 'queue' | 'caller'>;

/**
 * The bookings of an event as the text of a CSV file, the oldest first. Each page is read when the one before it
 * was taken, in the caller's turn: so an export of 100,000 bookings needs the memory of two pages, and no
 * transaction stays open for it. A booking that changes meanwhile is in it as it was when its page was read.
 *
 * @example for await (const text of new BookingExport(ctx, { eventId, separator: 'comma', … })) send(text)
 */
export class BookingExport implements AsyncIterable<string> {
  readonly eventId: string;
  /** Whose export it is, of whom others are under way. */
  readonly caller: string;
  readonly #parts: Parts;
  readonly #options: ExportOptions;

  constructor(parts: Parts, options: ExportOptions) {
    this.#parts = parts;
    this.#options = options;
    this.eventId = options.eventId;
    this.caller = parts.caller;
  }

  /** Throws as reads do: Overloaded, DatabaseUnavailable. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    const { separator } = this.#options;
    let after: EventBookingCursor | null = null;
    let head = byteOrderMark + headRow(separator);
    do {
      const page: Page<EventBooking, EventBookingCursor> = await this.#read(after);
      const text = head + page.items.map((booking) => rowOf(booking, separator)).join('');
      if (text !== '') yield text;
      head = '';
      after = page.next;
    } while (after !== null);
  }

  async #read(after: EventBookingCursor | null) {
    const { database, queue, caller } = this.#parts;
    const { eventId, status } = this.#options;
    const list = { eventId, status, after, limit: pageSize };
    for (let attemptCount = 1; ; attemptCount += 1) {
      try {
        return await queue.read(caller, () => listBookingsOfEvent(database, list));
      } catch (error) {
        if (!(error instanceof Overloaded) || attemptCount === attemptCountMax) throw error;
        await wait(error.retryAfterMs);
      }
    }
  }
}
