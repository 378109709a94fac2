import type { Send } from './attempt.ts';
import type { CallOptions, Caller } from './caller.ts';
import { canonicalId, newId } from './ids.ts';
import type { Inputs, Outputs } from './procedures.ts';
import type { Transport } from './transport.ts';
import type {
  AcceptAnswer,
  AcceptInput,
  BookAnswer,
  BookInput,
  CancelAnswer,
  CancelInput,
  ChangeQuantityAnswer,
  ChangeQuantityInput,
  ConfirmAnswer,
  ConfirmInput,
  ExtendAnswer,
  ExtendInput,
  ReserveAnswer,
  ReserveInput,
  TransferAnswer,
  TransferInput,
} from './wire.ts';

type Bookings = Outputs['booking'];

type ClaimInput = ReserveInput | BookInput;

/** What a user does with bookings. Every command may be repeated: it has one effect for its id. */
export interface BookingCalls {
  /**
   * Keeps seats until `expiresAt`. Without a `bookingId` the client makes one, once for all retries. With
   * `replace: true` it takes the place of the caller's own holds of the event, as for another quantity.
   */
  reserve(input: ReserveInput, options?: CallOptions): Promise<ReserveAnswer>;
  /** Reserves and confirms at once. Ids as with `reserve`. */
  book(input: BookInput, options?: CallOptions): Promise<BookAnswer>;
  /**
   * Turns a hold into a sale. With `ifLapsed: 'reacquire'` also one that has lapsed, if its seats are still
   * free: so a payment that came late is kept where the answer is `confirmed`, and given back where it is
   * `refused`.
   */
  confirm(input: ConfirmInput, options?: CallOptions): Promise<ConfirmAnswer>;
  /** Gives the seats back, held or confirmed. */
  cancel(input: CancelInput, options?: CallOptions): Promise<CancelAnswer>;
  /** Lets a hold last longer, within what the event's policy allows in all. */
  extend(input: ExtendInput, options?: CallOptions): Promise<ExtendAnswer>;
  /**
   * Gives back a part of a confirmed booking, or lets it grow where seats are free. With
   * `expectedQuantity` a late repeat undoes nothing.
   */
  changeQuantity(input: ChangeQuantityInput, options?: CallOptions): Promise<ChangeQuantityAnswer>;
  /**
   * Offers a confirmed booking to another user, who has 24 hours to `accept` it. On behalf of its user it
   * moves at once. With `toUserId: null` an offer is taken back.
   */
  transfer(input: TransferInput, options?: CallOptions): Promise<TransferAnswer>;
  /** Takes over a booking that another user offers to the caller. */
  accept(input: AcceptInput, options?: CallOptions): Promise<AcceptAnswer>;
  /** One booking of the caller, or that is offered to the caller; a HoldfastError `not_found` if there is none. */
  get(input: Inputs['booking']['get'], options?: CallOptions): Promise<Bookings['get']>;
  /** What has become of a booking, the newest change first: for who manages its event. */
  history(input: Inputs['booking']['history'], options?: CallOptions): Promise<Bookings['history']>;
  /** The caller's bookings, newest first, a page at a time. */
  mine(input?: Inputs['booking']['mine'], options?: CallOptions): Promise<Bookings['mine']>;
}

/** The calls about bookings, over one transport and with one client's retries. */
export function bookingCalls({ booking }: Transport, caller: Caller): BookingCalls {
  return {
    async reserve(given, options) {
      const input = withBookingId(given);
      const send: Send<Bookings['reserve']> = (signal, inDoubt) => {
        const isFirstAttempt = isNeverSent(given, inDoubt);
        return booking.reserve.mutate({ ...input, isFirstAttempt }, { signal });
      };
      return caller.command(idsOf(input), send, options);
    },
    async book(given, options) {
      const input = withBookingId(given);
      const send: Send<Bookings['book']> = (signal, inDoubt) => {
        const isFirstAttempt = isNeverSent(given, inDoubt);
        return booking.book.mutate({ ...input, isFirstAttempt }, { signal });
      };
      return caller.command(idsOf(input), send, options);
    },
    async confirm(input, options) {
      const send = (signal: AbortSignal) => booking.confirm.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async cancel(input, options) {
      const send = (signal: AbortSignal) => booking.cancel.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async extend(input, options) {
      const send = (signal: AbortSignal) => booking.extend.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async changeQuantity(input, options) {
      const send = (signal: AbortSignal) => booking.changeQuantity.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async transfer(input, options) {
      const send = (signal: AbortSignal) => booking.transfer.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    async accept(input, options) {
      const send = (signal: AbortSignal) => booking.accept.mutate(input, { signal });
      return caller.command(idsOf(input), send, options);
    },
    get: (input, options) => caller.ask((signal) => booking.get.query(input, { signal }), options),
    history: (input, options) =>
      caller.ask((signal) => booking.history.query(input, { signal }), options),
    mine: (input = {}, options) =>
      caller.ask((signal) => booking.mine.query(input, { signal }), options),
  };
}

/** The id is made here, before the first attempt, so that every attempt carries the same. */
function withBookingId<Input extends { bookingId?: string | undefined }>(input: Input) {
  return { ...input, bookingId: input.bookingId ?? newId() };
}

/**
 * An id that was made in this very call, or of which its maker says so, and of which no attempt is in doubt, has no
 * booking. Of any other the api must look for one, even when all is sold out. Where it then refuses, that is final:
 * an attempt that is still on its way takes no seats either.
 */
function isNeverSent(given: ClaimInput, inDoubt: boolean): boolean {
  const isNew = given.bookingId === undefined || given.isFirstAttempt === true;
  return isNew && !inDoubt;
}

function idsOf({ eventId, bookingId }: { eventId: string; bookingId: string }) {
  return { eventId: canonicalId(eventId), bookingId: canonicalId(bookingId) };
}
