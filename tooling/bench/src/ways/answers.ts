import type { BookingAnswer } from '@holdfast/api';
import type { Claim } from './way.ts';

/** Yes, in the words of the api. */
export function confirmed({ eventId, bookingId, quantity }: Claim): BookingAnswer {
  const confirmedAt = new Date().toISOString();
  return { id: bookingId, eventId, quantity, status: 'confirmed', confirmedAt };
}

/** The guide's "Not enough seats". */
export const soldOut: BookingAnswer = {
  status: 'refused',
  reason: 'sold_out',
  message: 'Not enough seats',
};

/** The guide's "Too much contention, try again": nothing was booked, and the caller has to ask again. */
export const contended: BookingAnswer = { status: 'unknown', retryAfterMs: 0 };

export const notFound: BookingAnswer = {
  status: 'refused',
  reason: 'event_not_found',
  message: 'Event not found',
};
