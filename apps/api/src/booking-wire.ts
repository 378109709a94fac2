import type { BookingOutcome, EventBooking } from '@holdfast/data';
import {
  type ActiveBooking,
  type Booking,
  type ConfirmedBooking,
  type Instant,
  namedBookingCountMax,
  type Refused,
} from '@holdfast/domain';
import { z } from 'zod';
import {
  id,
  instantOnWire,
  instantOutput,
  quantity,
  refusalOnWire,
  refusedOutput,
  unknownOnWire,
  unknownOutput,
} from './wire.ts';

const facts = { id, eventId: id, quantity };
const held = {
  ...facts,
  status: z.literal('held'),
  expiresAt: instantOutput,
  /** The same, told from the moment of the answer: a caller's clock may be wrong. */
  expiresInMs: z.int().min(0),
};
const confirmed = {
  ...facts,
  status: z.literal('confirmed'),
  confirmedAt: instantOutput,
  /** To whom its user offers it, and until when. Left out: to nobody. */
  offer: z.strictObject({ toUserId: z.string(), expiresAt: instantOutput }).exactOptional(),
};
const cancelled = {
  ...facts,
  status: z.literal('cancelled'),
  cancelledAt: instantOutput,
  /**
   * `organizer`: the event was called off, or its organizer acted on the user's behalf, as an `admin` may.
   * `replacement`: a hold of the same user took its place.
   */
  cancelledBy: z.enum(['user', 'organizer', 'admin', 'replacement']),
};
const expired = { ...facts, status: z.literal('expired'), expiredAt: instantOutput };

const activeVariants = [z.strictObject(held), z.strictObject(confirmed)] as const;
const bookingVariants = [
  ...activeVariants,
  z.strictObject(cancelled),
  z.strictObject(expired),
] as const;

/** A booking as its user sees it: whose it is goes without saying. */
export const bookingOutput = z.discriminatedUnion('status', bookingVariants);

const forOrganizers = { userId: z.string(), createdAt: instantOutput };

/** A booking as the organizer of its event sees it: with its user, and when it was made. */
export const bookingWithUserOutput = z.discriminatedUnion('status', [
  z.strictObject({ ...held, ...forOrganizers }),
  z.strictObject({ ...confirmed, ...forOrganizers }),
  z.strictObject({ ...cancelled, ...forOrganizers }),
  z.strictObject({ ...expired, ...forOrganizers }),
]);

/** A refusal of `bookings_over_limit` names the bookings that its user has. */
export const overLimitOutput = refusedOutput.extend({
  reason: z.literal('bookings_over_limit'),
  activeBookings: z.array(z.discriminatedUnion('status', activeVariants)).max(namedBookingCountMax),
});
const refusedBookingOutput = z.discriminatedUnion('reason', [
  refusedOutput.extend({ reason: refusedOutput.shape.reason.exclude(['bookings_over_limit']) }),
  overLimitOutput,
]);

/** What a booking mutation answers; `status` tells all cases apart. */
export const bookingAnswer = z.discriminatedUnion('status', [
  ...bookingVariants,
  refusedBookingOutput,
  unknownOutput,
]);

export type BookingOnWire = z.output<typeof bookingOutput>;
type ActiveOnWire = Extract<BookingOnWire, { status: ActiveBooking['status'] }>;
export type BookingWithUserOnWire = z.output<typeof bookingWithUserOutput>;
export type BookingAnswer = z.output<typeof bookingAnswer>;

/** Field by field, so that what a booking gains inside (its ordinal, its user) does not leave by itself. */
export function bookingOnWire(eventId: string, booking: ActiveBooking, now: Instant): ActiveOnWire;
export function bookingOnWire(eventId: string, booking: Booking, now: Instant): BookingOnWire;
export function bookingOnWire(eventId: string, booking: Booking, now: Instant): BookingOnWire {
  const common = { id: booking.id, eventId, quantity: booking.quantity };
  switch (booking.status) {
    case 'held':
      return {
        ...common,
        status: 'held',
        expiresAt: instantOnWire(booking.expiresAt),
        expiresInMs: Math.max(0, booking.expiresAt - now),
      };
    case 'confirmed':
      return { ...common, status: 'confirmed', ...confirmedOnWire(booking) };
    case 'cancelled': {
      const { status, cancelledBy } = booking;
      if (cancelledBy === 'refusal') throw new Error('A spent id was shown as a booking.');
      const cancelledAt = instantOnWire(booking.cancelledAt);
      return { ...common, status, cancelledAt, cancelledBy };
    }
    case 'expired':
      return { ...common, status: 'expired', expiredAt: instantOnWire(booking.expiredAt) };
  }
}

function confirmedOnWire({ confirmedAt, offer }: ConfirmedBooking) {
  const told = { confirmedAt: instantOnWire(confirmedAt) };
  if (offer === undefined) return told;
  const { toUserId, expiresAt } = offer;
  return { ...told, offer: { toUserId, expiresAt: instantOnWire(expiresAt) } };
}

/** The same, for the organizer of its event. */
export function bookingWithUserOnWire(record: EventBooking, now: Instant): BookingWithUserOnWire {
  const { eventId, userId, createdAt } = record;
  return { ...bookingOnWire(eventId, record, now), userId, createdAt: instantOnWire(createdAt) };
}

/** What became of a command about a booking. */
export function bookingAnswerOnWire(
  eventId: string,
  outcome: BookingOutcome,
  now: Instant,
): BookingAnswer {
  switch (outcome.status) {
    case 'accepted':
      return bookingOnWire(eventId, outcome.booking, now);
    case 'refused':
      return refusedBookingOnWire(eventId, outcome, now);
    case 'unknown':
      return unknownOnWire;
  }
}

function refusedBookingOnWire(eventId: string, refusal: Refused, now: Instant): BookingAnswer {
  const { status, message } = refusalOnWire(refusal.reason);
  if (refusal.reason !== 'bookings_over_limit') return { status, reason: refusal.reason, message };
  const activeBookings = refusal.activeBookings.map((each) => bookingOnWire(eventId, each, now));
  return { status, reason: refusal.reason, message, activeBookings };
}
