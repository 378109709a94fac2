import type { BookingAnswer } from '@holdfast/api';
import type { Claim } from '../ways/way.ts';

const confirmedAt = new Date(0).toISOString();

/** The answer of a mutation that does nothing: of the same shape and length as a booking. */
export function answerEmpty({
  eventId,
  bookingId,
  quantity,
}: Omit<Claim, 'userId'>): BookingAnswer {
  return { id: bookingId, eventId, quantity, status: 'confirmed', confirmedAt };
}
