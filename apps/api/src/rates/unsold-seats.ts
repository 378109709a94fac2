import type { Booking, BookingCommand, OrderCommand } from '@holdfast/domain';
import { LRUCache } from 'lru-cache';
import type { Fault } from '../http/faults.ts';
import type { Quota } from './quota.ts';
import type { Refusals } from './refusals.ts';
import type { Taken } from './limit.ts';

/** Bookings whose seats this process has counted, or has given back: some 150 bytes each. */
const bookingCountMax = 50_000;

/** A command, as far as seats are counted. */
export interface SeatCommand {
  readonly type: 'hold' | 'sale' | 'confirm' | 'cancel' | 'change' | 'other';
  readonly userId: string;
  /** Names its booking, or its order. */
  readonly name: string;
  /** Seats that it claims. */
  readonly quantity: number;
}

interface Outcome {
  readonly status: 'accepted' | 'refused' | 'unknown';
}

/**
 * Counts the seats that a user holds or has held without buying them, over all events: of holds that wait, that
 * lapsed and that were cancelled, and of sales that were given back. A hold counts from its beginning; what is
 * confirmed is given back to its user. Who has used up the limit may take no more seats until the window ends.
 *
 * @example
 * const unsold = new UnsoldSeats(quota, refusals);
 * await unsold.counted(command, () => lanes.submit(…), ({ booking }) => [booking]);
 */
export class UnsoldSeats {
  readonly #quota: Quota;
  readonly #refusals: Refusals;
  /** `held`: its seats are counted; `sold`: they were given back; `returned`: they count for good. */
  readonly #known = new LRUCache<string, 'held' | 'sold' | 'returned'>({ max: bookingCountMax });

  constructor(quota: Quota, refusals: Refusals) {
    this.#quota = quota;
    this.#refusals = refusals;
  }

  /** Has a command carried out, and counts its seats. Faults: `rate_limited`; those of `submit`. */
  async counted<Result extends Outcome>(
    command: SeatCommand,
    submit: () => Promise<Result>,
    bookingsOf: (result: Result) => readonly Booking[],
  ): Promise<Result> {
    const isCounted = await this.#enter(command);
    try {
      const result = await submit();
      this.#end(command, { status: result.status, isCounted, bookings: bookingsOf(result) });
      return result;
    } catch (error) {
      // Nothing was written.
      this.#end(command, { status: 'refused', isCounted, bookings: [] });
      throw error;
    }
  }

  /** Is a hold counted by this command? Not where it is sent again. */
  async #enter({ type, userId, name, quantity }: SeatCommand): Promise<boolean> {
    if (type === 'sale') {
      const usedUp = this.#quota.usedUp(userId);
      if (usedUp !== null) throw await this.#refusal(usedUp, userId);
      return false;
    }
    if (type !== 'hold' || this.#known.has(name)) return false;
    // Before anybody waits, so that a hold that is sent twice at once counts once.
    this.#known.set(name, 'held');
    const taken = await this.#quota.takeTold(userId, quantity);
    if (taken.isWithin) return true;
    this.#known.delete(name);
    throw await this.#refusal(taken, userId);
  }

  #end({ type, userId, name, quantity }: SeatCommand, ended: Ended): void {
    const { status, isCounted, bookings } = ended;
    const isHeld = status === 'unknown' || bookings.some((booking) => booking.status === 'held');
    if (isCounted && !isHeld) {
      this.#known.delete(name);
      this.#quota.give(userId, quantity);
    }
    if (status !== 'accepted') return;
    if (type === 'confirm') this.#sell(userId, name, bookings);
    if (type === 'cancel') this.#takeBack(userId, name, bookings);
    if (type === 'change') this.#quota.give(userId, -1);
  }

  /** Once: a confirm that is sent again gives nothing back. */
  #sell(userId: string, name: string, bookings: readonly Booking[]): void {
    if (this.#known.get(name) === 'sold') return;
    this.#known.set(name, 'sold');
    this.#quota.give(userId, seatsOf(bookings, isConfirmed));
  }

  /** A hold was counted when it began; a sale is, when it is given back. */
  #takeBack(userId: string, name: string, bookings: readonly Booking[]): void {
    if (this.#known.get(name) === 'returned') return;
    this.#known.set(name, 'returned');
    this.#quota.give(userId, -seatsOf(bookings, wasConfirmed));
  }

  #refusal({ limit, endsAtMs }: Taken, caller: string): Promise<Fault> {
    return this.#refusals.refuse({ limit: limit.name, caller, endsAtMs });
  }
}

interface Ended extends Outcome {
  readonly isCounted: boolean;
  readonly bookings: readonly Booking[];
}

const isConfirmed = (booking: Booking) => booking.status === 'confirmed';
const wasConfirmed = (booking: Booking) =>
  booking.status === 'cancelled' && booking.from === 'confirmed';

function seatsOf(bookings: readonly Booking[], counts: (booking: Booking) => boolean): number {
  return bookings.filter(counts).reduce((sum, { quantity }) => sum + quantity, 0);
}

const typesOfBookings: Readonly<Record<BookingCommand['type'], SeatCommand['type']>> = {
  reserve: 'hold',
  book: 'sale',
  confirm: 'confirm',
  cancel: 'cancel',
  changeQuantity: 'change',
  extend: 'other',
  transfer: 'other',
  accept: 'other',
};

/** What a command about a booking means for the seats of its user. */
export function seatsOfBooking(eventId: string, command: BookingCommand): SeatCommand {
  const { type, userId, bookingId } = command;
  const quantity = type === 'reserve' || type === 'book' ? command.quantity : 0;
  return { type: typesOfBookings[type], userId, name: `${eventId} ${bookingId}`, quantity };
}

/** The same of an order. */
export function seatsOfOrder(command: OrderCommand): SeatCommand {
  const { userId, orderId } = command;
  const common = { userId, name: `order ${orderId}`, quantity: 0 };
  if (command.type === 'confirmOrder') return { ...common, type: 'confirm' };
  if (command.type === 'cancelOrder') return { ...common, type: 'cancel' };
  const quantity = command.lines.reduce((sum, line) => sum + line.quantity, 0);
  return { ...common, type: command.as === 'held' ? 'hold' : 'sale', quantity };
}
