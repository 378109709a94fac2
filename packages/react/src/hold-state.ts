import type { Booking } from '@holdfast/client';
import { remainingMs } from './deadline.ts';
import type { OwnHold } from './own-hold.ts';

/** A booking that is held. */
export type HeldBooking = Extract<Booking, { readonly status: 'held' }>;

/** How a hold ended, and the booking as it is by then. */
export interface EndedHold {
  readonly how: 'lapsed' | 'confirmed' | 'given_back' | 'called_off' | 'replaced';
  readonly booking: Booking;
}

/** What a page knows of its user's hold of an event. */
export type HoldState =
  /** The server is being asked. */
  | { readonly status: 'looking' }
  /** It could not be asked, and nothing was known before. */
  | { readonly status: 'unreachable'; readonly error: Error }
  /** `ended`: the last hold that this page has seen, until it is dismissed. */
  | { readonly status: 'none'; readonly ended: EndedHold | null }
  | { readonly status: 'held'; readonly booking: HeldBooking; readonly remainingMs: number };

/** What was asked, and what came of it. */
interface Asked {
  readonly data: OwnHold | undefined;
  readonly error: Error | null;
}

/**
 * How a hold stands at this moment.
 *
 * @param now on the steady clock
 */
export function describeHold({ data, error }: Asked, now: number): HoldState {
  if (data === undefined)
    return error === null ? { status: 'looking' } : { status: 'unreachable', error };
  const { held, ended } = data;
  if (held === null) return { status: 'none', ended: ended && howEnded(ended) };
  const { booking } = held;
  const leftMs = remainingMs(held, now);
  if (booking.status !== 'held' || leftMs === 0)
    return { status: 'none', ended: howEnded(booking) };
  return { status: 'held', booking, remainingMs: leftMs };
}

function howEnded(booking: Booking): EndedHold {
  switch (booking.status) {
    // Lapsed, and not swept yet.
    case 'held':
    case 'expired':
      return { how: 'lapsed', booking };
    case 'confirmed':
      return { how: 'confirmed', booking };
    case 'cancelled':
      return { how: cancellations[booking.cancelledBy], booking };
  }
}

/** Who manages the event has called it off, or cancelled this booking on the user's behalf. */
const cancellations = {
  user: 'given_back',
  organizer: 'called_off',
  admin: 'called_off',
  replacement: 'replaced',
} as const;
