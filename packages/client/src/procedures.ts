/**
 * What the api's procedures take and answer, in words of the client's own: whoever installs it needs nothing
 * of the server. A test compares them with the api's router, both ways (test/procedures.test.ts).
 */

interface EventId {
  eventId: string;
}

interface BookingId extends EventId {
  bookingId: string;
}

/** For whom the organizer of the event, or an admin, acts. */
interface OnBehalf {
  onBehalfOf?:
    | {
        userId: string;
        /** What the ledger keeps beside who it was: 1 to 200 characters. */
        reason: string;
      }
    | undefined;
}

interface Follow extends BookingId, OnBehalf {}

interface Claim extends BookingId, OnBehalf {
  quantity: number;
  /**
   * True only in the first call that sends this `bookingId`. False in one that is sent again without an answer to the
   * one before: then a refusal is final.
   */
  isFirstAttempt?: boolean | undefined;
}

interface Reservation extends Claim {
  /**
   * Ends the caller's own holds of the event in the same decision. The new one lasts no longer than they
   * would have.
   */
  replace?: boolean | undefined;
}

interface Confirmation extends Follow {
  /** What becomes of a hold that has lapsed: `reacquire` sells its seats if they are still free. */
  ifLapsed?: 'refuse' | 'reacquire' | undefined;
}

interface OrderId {
  orderId: string;
}

interface Placing extends OrderId {
  /** From 1 to 20. Those of one event are merged: they come to one booking. */
  lines: { eventId: string; quantity: number }[];
  /** Default `held`: to be confirmed together later. */
  as?: 'held' | 'confirmed' | undefined;
  /** As of a claim, of this `orderId`. */
  isFirstAttempt?: boolean | undefined;
}

/** Which page of a list. `cursor`: the `nextCursor` of the page before. */
interface PageInput {
  cursor?: string | null | undefined;
  direction?: 'forward' | undefined;
  /** Default 20, at most 100. */
  limit?: number | undefined;
}

/** How old an answer may be, in milliseconds. Left out: as old as the api's cache keeps it, which is seconds. */
interface MaxAge {
  maxAgeMs?: number | undefined;
}

/** A change says upon which version of the event it was decided. */
interface Change extends EventId {
  expectedVersion?: number | undefined;
}

interface BookingSearch extends Partial<Record<'userId' | 'bookingId', string | undefined>> {
  status?: Booking['status'] | undefined;
}

interface SaleWindowInput {
  /** `null`: from the moment it is put on sale. */
  opensAt?: string | null | undefined;
  /** `date`: with the event; `null`: never by itself. */
  closesAt?: string | null | undefined;
}

interface PolicyInput {
  quantityPerBookingMax?: number | undefined;
  activeBookingsPerUserMax?: number | undefined;
  holdDurationMs?: number | undefined;
  holdPauseMs?: number | undefined;
  /** Before the event's date; `null`: users may cancel at any time. */
  cancelDeadlineMs?: number | null | undefined;
  /** By how much a hold can be lengthened in all; 0: not at all. */
  holdExtensionMaxMs?: number | undefined;
  extendsWhenSoldOut?: boolean | undefined;
}

/** What each procedure takes: `Inputs['booking']['reserve']`. Instants are ISO 8601 with a zone. */
export interface Inputs {
  booking: {
    reserve: Reservation;
    book: Claim;
    confirm: Confirmation;
    cancel: Follow;
    extend: Follow;
    changeQuantity: Follow & {
      quantity: number;
      /** The quantity that the change was decided upon. If the booking has another one by now, it is refused. */
      expectedQuantity?: number | undefined;
    };
    transfer: Follow & {
      /** Who is to have it. `null`: an offer is taken back. */
      toUserId: string | null;
    };
    accept: BookingId;
    get: BookingId;
    history: BookingId;
    mine: PageInput | undefined;
  };
  order: {
    place: Placing;
    confirm: OrderId;
    cancel: OrderId;
    get: OrderId;
  };
  event: {
    create: EventId & {
      title: string;
      date: string;
      seatCount: number;
      saleWindow?: SaleWindowInput | undefined;
      policy?: PolicyInput | undefined;
    };
    update: Change & {
      title?: string | undefined;
      date?: string | undefined;
      saleWindow?: SaleWindowInput | undefined;
      policy?: PolicyInput | undefined;
    };
    open: Change;
    close: Change & { as?: 'closed' | 'cancelled' | undefined };
    setCapacity: Change & { seatCount: number };
    get: EventId & MaxAge;
    list:
      | (PageInput &
          MaxAge & {
            /** Events from this moment on. */
            from?: string | undefined;
            onlyAvailable?: boolean | undefined;
            /** The caller's own events, in any status. */
            mine?: boolean | undefined;
          })
      | undefined;
    /** Where a `status` is asked for, a page may have fewer than `limit`, even none, though there is a next one. */
    bookings: EventId & PageInput & BookingSearch;
  };
  health: {
    live: Record<string, never> | undefined;
    ready: Record<string, never> | undefined;
  };
}

/** Why a command was refused. */
export type RefusalReason =
  | 'event_archived'
  | 'invalid_quantity'
  | 'event_not_found'
  | 'invalid_rules'
  | 'id_taken'
  | 'order_not_found'
  | 'booking_not_found'
  | 'booking_cancelled'
  | 'hold_lapsed'
  | 'not_confirmed'
  | 'offer_lapsed'
  | 'hold_not_extendable'
  | 'cancel_deadline_passed'
  | 'event_cancelled'
  | 'event_changed'
  | 'quantity_changed'
  | 'event_closed'
  | 'not_on_sale'
  | 'sale_not_started'
  | 'sale_ended'
  | 'sale_already_over'
  | 'quantity_over_limit'
  | 'bookings_over_limit'
  | 'hold_paused'
  | 'capacity_below_taken'
  | 'sold_out';

/** An expected refusal: the reason for programs, the sentence for people. */
interface Refused {
  status: 'refused';
  reason: RefusalReason;
  message: string;
}

/** Written or not: the same call with the same id settles it, after so many milliseconds. */
interface Unknown {
  status: 'unknown';
  retryAfterMs: number;
}

interface BookingFacts {
  id: string;
  eventId: string;
  quantity: number;
}

interface Held extends BookingFacts {
  status: 'held';
  expiresAt: string;
  /** The same, told from the moment of the answer: this machine's clock may be wrong. */
  expiresInMs: number;
}

interface Confirmed extends BookingFacts {
  status: 'confirmed';
  confirmedAt: string;
  /** To whom its user offers it, and until when. Left out: to nobody. */
  offer?: { toUserId: string; expiresAt: string };
}

interface Cancelled extends BookingFacts {
  status: 'cancelled';
  cancelledAt: string;
  /**
   * `organizer`: the event was called off, or its organizer acted on the user's behalf, as an `admin` may.
   * `replacement`: a hold of the same user took its place.
   */
  cancelledBy: 'user' | 'organizer' | 'admin' | 'replacement';
}

interface Expired extends BookingFacts {
  status: 'expired';
  expiredAt: string;
}

/** A booking as its user sees it. Instants are ISO 8601. */
export type Booking = Held | Confirmed | Cancelled | Expired;

type WithUser<Each> = Each extends Booking ? Each & { userId: string; createdAt: string } : never;

/** A booking as the organizer of its event sees it: with its user, and when it was made. */
export type BookingWithUser = WithUser<Booking>;

/** One change of a booking, as who manages its event sees it. */
export interface BookingChange {
  at: string;
  /** `booking_held`, `booking_confirmed`, `booking_cancelled`, … */
  type: string;
  /** Whose booking it was from then on, and how many seats it had. */
  userId: string;
  quantity: number;
  /** Who did it on the user's behalf, and why; `null`: the user, or time. */
  actor: { userId: string; role: string; reason: string } | null;
}

type EventStatus = 'draft' | 'on_sale' | 'closed' | 'cancelled';

/** An event as everybody sees it. Instants are ISO 8601. */
export interface Event {
  id: string;
  organizerId: string;
  title: string;
  date: string;
  status: EventStatus;
  saleWindow: {
    opensAt: string | null;
    closesAt: string | null;
    /** Does the end move with the date? */
    followsDate: boolean;
  };
  /** When it was first put on sale; `null`: never, and nobody but its organizer sees it. */
  publishedAt: string | null;
  policy: {
    quantityPerBookingMax: number;
    activeBookingsPerUserMax: number;
    holdDurationMs: number;
    holdPauseMs: number;
    cancelDeadlineMs: number | null;
    holdExtensionMaxMs: number;
    extendsWhenSoldOut: boolean;
  };
  seatCount: number;
  availableSeats: number;
  heldSeats: number;
  version: number;
}

/** What is odd about an event, though it is accepted: the note for programs, the sentence for people. */
interface EventNote {
  note: 'sale_outlives_event';
  message: string;
}

/** A refusal of a booking's command. `bookings_over_limit` names the bookings that the user has. */
type RefusedBooking =
  | {
      status: 'refused';
      reason: Exclude<RefusalReason, 'bookings_over_limit'>;
      message: string;
    }
  | {
      status: 'refused';
      reason: 'bookings_over_limit';
      message: string;
      /** The user's own active bookings of the event, at most 20. */
      activeBookings: (Held | Confirmed)[];
    };

interface OrderFacts {
  id: string;
  /** One for each event, in the order in which its first line was given. */
  bookings: Booking[];
}

/** Seats of several events that were taken together. `status` says what all of its bookings are. */
export type Order =
  | (OrderFacts & {
      status: 'held';
      /** When the first of its holds lapses: until then all of it can be confirmed. */
      expiresAt: string;
      /** The same, told from the moment of the answer. */
      expiresInMs: number;
    })
  | (OrderFacts & { status: 'confirmed' })
  /** Each of its bookings is cancelled or expired. */
  | (OrderFacts & { status: 'ended' })
  /** Its bookings differ: some were confirmed or have ended alone. */
  | (OrderFacts & { status: 'mixed' });

/** Which line is the reason, by its event and its place from 0; `null`: the order as a whole. */
type RefusedOrder = RefusedBooking & { eventId: string | null; line: number | null };

type OrderAnswer = Order | RefusedOrder | Unknown;

type BookingAnswer = Booking | RefusedBooking | Unknown;
type EventAnswer = { status: 'accepted'; event: Event; notes: EventNote[] } | Refused | Unknown;

/** Some items of a list. `nextCursor` is `null` on the last page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** What each procedure answers: `Outputs['booking']['reserve']`. */
export interface Outputs {
  booking: {
    reserve: BookingAnswer;
    book: BookingAnswer;
    confirm: BookingAnswer;
    cancel: BookingAnswer;
    extend: BookingAnswer;
    changeQuantity: BookingAnswer;
    transfer: BookingAnswer;
    accept: BookingAnswer;
    get: Booking;
    history: { items: BookingChange[] };
    mine: Page<Booking>;
  };
  order: {
    place: OrderAnswer;
    confirm: OrderAnswer;
    cancel: OrderAnswer;
    get: Order;
  };
  event: {
    create: EventAnswer;
    update: EventAnswer;
    open: EventAnswer;
    close: EventAnswer;
    setCapacity: EventAnswer;
    get: Event;
    list: Page<Event>;
    bookings: Page<BookingWithUser>;
  };
  health: {
    live: { status: 'live' };
    /** Notes of workers that do not do their work: what is shown may be late, what is sold is right. */
    ready: { status: 'ready'; notes: ('feed_behind' | 'sweep_behind')[] };
  };
}
