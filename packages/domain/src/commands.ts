import type { EventDetails, Policy, SaleWindow } from './event.ts';
import type { Instant } from './instant.ts';

/** Keep seats for a user until the hold lapses. */
export interface Reserve {
  readonly type: 'reserve';
  readonly bookingId: string;
  readonly userId: string;
  readonly quantity: number;
}

/** Reserve and confirm at once. */
export interface Book {
  readonly type: 'book';
  readonly bookingId: string;
  readonly userId: string;
  readonly quantity: number;
}

/** Turn a hold into a sale. */
export interface Confirm {
  readonly type: 'confirm';
  readonly bookingId: string;
  readonly userId: string;
}

/** Give seats back, held or confirmed. */
export interface Cancel {
  readonly type: 'cancel';
  readonly bookingId: string;
  readonly userId: string;
}

/** A command that one user gives about one booking. */
export type BookingCommand = Reserve | Book | Confirm | Cancel;

/** Sweep the event: expire its lapsed holds, oldest first, at most `holdCountMax` of them. */
export interface Expire {
  readonly type: 'expire';
  readonly holdCountMax: number;
}

/** Make an event, as a draft. */
export interface Create extends EventDetails {
  readonly type: 'create';
  readonly eventId: string;
  readonly organizerId: string;
  readonly total: number;
  readonly saleWindow: SaleWindow;
  readonly policy: Policy;
}

/** Change what an event is called, when it is, when and how it is sold. `null` leaves a part as it is. */
export interface Update {
  readonly type: 'update';
  readonly organizerId: string;
  readonly title: string | null;
  readonly date: Instant | null;
  readonly saleWindow: SaleWindow | null;
  readonly policy: Policy | null;
}

/** Put a draft on sale. */
export interface Open {
  readonly type: 'open';
  readonly organizerId: string;
}

/** End the sale (`closed`) or call the event off (`cancelled`). */
export interface Close {
  readonly type: 'close';
  readonly organizerId: string;
  readonly as: 'closed' | 'cancelled';
}

/** Change how many seats there are in all. */
export interface SetCapacity {
  readonly type: 'setCapacity';
  readonly organizerId: string;
  readonly total: number;
}

/** A command that an organizer gives about an event. It relies on everything it saw. */
export type OrganizerCommand = Create | Update | Open | Close | SetCapacity;

/** A command about the event as a whole. */
export type EventCommand = OrganizerCommand | Expire;

export type Command = BookingCommand | EventCommand;
