import type { BookingOutcome, BookingRecord } from '@holdfast/data';
import type { Booking, Instant } from '@holdfast/domain';
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
const confirmed = { ...facts, status: z.literal('confirmed'), confirmedAt: instantOutput };
const cancelled = {
  ...facts,
  status: z.literal('cancelled'),
  cancelledAt: instantOutput,
  /** `organizer`: the event was called off. */
  cancelledBy: z.enum(['user', 'organizer']),
};
const expired = { ...facts, status: z.literal('expired'), expiredAt: instantOutput };

const bookingVariants = [
  z.strictObject(held),
  z.strictObject(confirmed),
  z.strictObject(cancelled),
  z.strictObject(expired),
] as const;

/** A booking as its user sees it: whose it is goes without saying. */
export const bookingOutput = z.discriminatedUnion('status', bookingVariants);

const user = { userId: z.string() };

/** A booking as the organizer of its event sees it: with its user. */
export const bookingWithUserOutput = z.discriminatedUnion('status', [
  z.strictObject({ ...held, ...user }),
  z.strictObject({ ...confirmed, ...user }),
  z.strictObject({ ...cancelled, ...user }),
  z.strictObject({ ...expired, ...user }),
]);

/** What a booking mutation answers; `status` tells all cases apart. */
export const bookingAnswer = z.discriminatedUnion('status', [
  ...bookingVariants,
  refusedOutput,
  unknownOutput,
]);

export type BookingOnWire = z.output<typeof bookingOutput>;
export type BookingWithUserOnWire = z.output<typeof bookingWithUserOutput>;
export type BookingAnswer = z.output<typeof bookingAnswer>;

/** Field by field, so that what a booking gains inside (its ordinal, its user) does not leave by itself. */
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
      return { ...common, status: 'confirmed', confirmedAt: instantOnWire(booking.confirmedAt) };
    case 'cancelled': {
      const { status, cancelledBy } = booking;
      const cancelledAt = instantOnWire(booking.cancelledAt);
      return { ...common, status, cancelledAt, cancelledBy };
    }
    case 'expired':
      return { ...common, status: 'expired', expiredAt: instantOnWire(booking.expiredAt) };
  }
}

/** The same, for the organizer of its event. */
export function bookingWithUserOnWire(record: BookingRecord, now: Instant): BookingWithUserOnWire {
  return { ...bookingOnWire(record.eventId, record, now), userId: record.userId };
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
      return refusalOnWire(outcome.reason);
    case 'unknown':
      return unknownOnWire;
  }
}
