import { z } from 'zod';
import { eventCursor, eventBookingCursor } from './cursors.ts';
import { isStorable } from './http/text.ts';
import { id, instantInput, pageSize, quantity } from './wire.ts';

const titleLengthMax = 200;
const activeBookingsPerUserMax = 1_000;
const holdDurationMsMin = 100;
const holdDurationMsMax = 7 * 24 * 60 * 60 * 1_000;
const holdPauseMsMax = holdDurationMsMax;

const title = z
  .string()
  .trim()
  .min(1)
  .max(titleLengthMax)
  .refine(isStorable, 'The title must be one line of text');

const limits = {
  quantityPerBookingMax: quantity,
  activeBookingsPerUserMax: z.int().min(1).max(activeBookingsPerUserMax),
  holdDurationMs: z.int().min(holdDurationMsMin).max(holdDurationMsMax),
  holdPauseMs: z.int().min(0).max(holdPauseMsMax),
};

/** What is left out gets its default: ten seats a booking, one booking a user, ten minutes a hold, no pause. */
const policyWithDefaults = z.strictObject({
  quantityPerBookingMax: limits.quantityPerBookingMax.default(10),
  activeBookingsPerUserMax: limits.activeBookingsPerUserMax.default(1),
  holdDurationMs: limits.holdDurationMs.default(600_000),
  holdPauseMs: limits.holdPauseMs.default(0),
});

/** A new event. A sale window that says nothing of its end ends when the event begins. */
export const createInput = z
  .strictObject({
    eventId: id,
    title,
    date: instantInput,
    seatCount: quantity,
    saleWindow: z
      .strictObject({
        opensAt: instantInput.nullable().default(null),
        closesAt: instantInput.nullable().optional(),
      })
      .prefault({}),
    policy: policyWithDefaults.prefault({}),
  })
  .transform(({ saleWindow: { opensAt, closesAt }, ...event }) => ({
    ...event,
    saleWindow: { opensAt, closesAt: closesAt === undefined ? event.date : closesAt },
  }));

/** A change. What is left out stays; a window or a policy is replaced as a whole. */
export const updateInput = z.strictObject({
  eventId: id,
  title: title.optional(),
  date: instantInput.optional(),
  saleWindow: z
    .strictObject({ opensAt: instantInput.nullable(), closesAt: instantInput.nullable() })
    .optional(),
  policy: z.strictObject(limits).optional(),
});

export const closeInput = z.strictObject({
  eventId: id,
  as: z.enum(['closed', 'cancelled']).default('closed'),
});

export const setCapacityInput = z.strictObject({ eventId: id, seatCount: quantity });

/** Names an event, and nothing more. */
export const eventInput = z.strictObject({ eventId: id });

/** How old an answer may be. Left out: as old as the cache keeps it, which is seconds. */
const maxAgeMs = z.int().min(0).optional();

export const getInput = z.strictObject({ eventId: id, maxAgeMs });

const versionPattern = /^(0|[1-9]\d{0,9})$/;

/** `lastEventId` is the last version that the caller has heard of, as the stream numbered it; 0: none. */
export const watchInput = z.strictObject({
  eventId: id,
  lastEventId: z.string().regex(versionPattern).transform(Number).nullish(),
});

export const listInput = z
  .strictObject({
    from: instantInput.optional(),
    onlyAvailable: z.boolean().default(false),
    /** The caller's own events in any status, in place of everybody's that are on sale. */
    mine: z.boolean().default(false),
    cursor: eventCursor.schema.optional(),
    limit: pageSize,
    maxAgeMs,
  })
  .prefault({});

export const bookingsInput = z.strictObject({
  eventId: id,
  cursor: eventBookingCursor.schema.optional(),
  limit: pageSize,
});
