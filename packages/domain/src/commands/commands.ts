import type { Actor } from '../booking/actor.ts';
import type { EventDetails, Policy } from '../event/event.ts';
import type { GivenWindow } from '../event/given-window.ts';
import type { Instant } from '../instant.ts';
import type { Changes } from '../event/changes.ts';

/** Whose booking a command is about, and who gives it. */
interface Given {
  readonly bookingId: string;
  readonly userId: string;
  /** Who acts on the user's behalf. Left out: the user gives it. */
  readonly actor?: Actor | undefined;
}

/** Takes seats under a new id. */
interface Claiming extends Given {
  readonly quantity: number;
  /**
   * The same claim was sent before, and nobody knows what became of it: it may be written any time yet. So where
   * this one is refused, its id is *spent*, and no attempt of it takes seats any more. Left out: a refusal
   * writes nothing.
   */
  readonly isRepeat?: boolean | undefined;
}

/** Keep seats for a user until the hold lapses. */
export interface Reserve extends Claiming {
  readonly type: 'reserve';
  /**
   * Ends the user's own holds of this event in the same decision, so that their seats count for the
   * new one. Left out: they stay, and the policy may allow no further one.
   */
  readonly replace?: boolean | undefined;
}

/** Reserve and confirm at once. */
export interface Book extends Claiming {
  readonly type: 'book';
}

/** Turn a hold into a sale. */
export interface Confirm extends Given {
  readonly type: 'confirm';
  /**
   * What becomes of a hold that has lapsed, as where a payment came late. `refuse`, or left out: it
   * is refused. `reacquire`: its seats are taken again where they are free, in the same decision.
   */
  readonly ifLapsed?: 'refuse' | 'reacquire' | undefined;
}

/** Give seats back, held or confirmed. */
export interface Cancel extends Given {
  readonly type: 'cancel';
}

/** Give back a part of a confirmed booking, or let it grow where seats are free. */
export interface ChangeQuantity extends Given {
  readonly type: 'changeQuantity';
  /** Seats that the booking is to have, at least 1. */
  readonly quantity: number;
  /**
   * The seats that it had when the user decided upon the change. If it has others by now, this
   * command is refused, so that a late repeat undoes nothing. Left out: it is not checked.
   */
  readonly expectedQuantity?: number | undefined;
}

/** Let a hold last longer, from now on for as long as a new one, within what the policy allows in all. */
export interface Extend extends Given {
  readonly type: 'extend';
}

/**
 * Offer a confirmed booking to another user, who gets it by `accept`. On the user's behalf it moves at
 * once.
 */
export interface Transfer extends Given {
  readonly type: 'transfer';
  /** Who is to have it. `null`, or its user: it stays, and an offer is taken back. */
  readonly toUserId: string | null;
}

/** Take over a confirmed booking that another user offers. */
export interface Accept extends Omit<Given, 'actor'> {
  readonly type: 'accept';
}

/** A command about one booking, by its user or on that user's behalf; `accept` is by who is to have it. */
export type BookingCommand =
  | Reserve
  | Book
  | Confirm
  | Cancel
  | ChangeQuantity
  | Extend
  | Transfer
  | Accept;

/**
 * Sweep the event: end at most `bookingCountMax` bookings that are over. These are lapsed holds
 * and, if the event was called off, all that still take seats.
 */
export interface Expire {
  readonly type: 'expire';
  readonly bookingCountMax: number;
  /**
   * For an event that was called off: only bookings with a higher id than this. Without it, each
   * sweep would look through all bookings that the sweeps before it have ended: of 100,000
   * bookings, a thousand at a time, that takes 27 s instead of 10.
   */
  readonly afterBookingId?: string | undefined;
}

/** Make an event, as a draft. */
export interface Create extends EventDetails {
  readonly type: 'create';
  readonly eventId: string;
  readonly organizerId: string;
  readonly total: number;
  readonly saleWindow: GivenWindow;
  readonly policy: Policy;
}

/** What the organizer had seen when they decided upon the change. */
interface Change {
  readonly organizerId: string;
  /**
   * The version of the event that the organizer saw. If they have changed the event since, this
   * command is refused, so that a late repeat undoes nothing. Sales do not count. Left out: it is
   * not checked.
   */
  readonly expectedVersion?: number | undefined;
}

/**
 * Change what an event is called, when it is, when and how it is sold. `null` leaves a part as it
 * is, and so does what is left out of a window or a policy.
 */
export interface Update extends Change {
  readonly type: 'update';
  readonly title: string | null;
  readonly date: Instant | null;
  readonly saleWindow: Changes<GivenWindow> | null;
  readonly policy: Changes<Policy> | null;
}

/** Put an event on sale: a draft, or one whose sale was closed. */
export interface Open extends Change {
  readonly type: 'open';
}

/** End the sale (`closed`) or call the event off (`cancelled`). */
export interface Close extends Change {
  readonly type: 'close';
  readonly as: 'closed' | 'cancelled';
}

/** Change how many seats there are in all. */
export interface SetCapacity extends Change {
  readonly type: 'setCapacity';
  readonly total: number;
}

/** A command that an organizer gives about an event. It relies on everything it saw. */
export type OrganizerCommand = Create | Update | Open | Close | SetCapacity;

/** A command about the event as a whole. */
export type EventCommand = OrganizerCommand | Expire;

export type Command = BookingCommand | EventCommand;
