import { cancelDeadlineMsMax, quantityMax } from '@holdfast/domain';
import { isTitle, userId } from '@holdfast/process';
import { z } from 'zod';
import { eventCursor, eventBookingCursor } from './cursors.ts';
import { instantInput, instantMend } from './instant-input.ts';
import { versionsIn } from './live/watch-progress.ts';
import { direction, id, pageSize, quantity } from './wire.ts';

const titleLengthMax = 200;
const activeBookingsPerUserMax = 1_000;
const holdDurationMsMin = 100;
const holdDurationMsMax = 7 * 24 * 60 * 60 * 1_000;
const holdPauseMsMax = holdDurationMsMax;

const title = z
  .string()
  .trim()
  .max(titleLengthMax)
  .refine(
    isTitle,
    'The title must be one line of text that is seen, and does not turn its direction',
  );

const limits = {
  quantityPerBookingMax: quantity,
  activeBookingsPerUserMax: z.int().min(1).max(activeBookingsPerUserMax),
  holdDurationMs: z.int().min(holdDurationMsMin).max(holdDurationMsMax),
  holdPauseMs: z.int().min(0).max(holdPauseMsMax),
  holdExtensionMaxMs: z.int().min(0).max(holdDurationMsMax),
  extendsWhenSoldOut: z.boolean(),
  cancelDeadlineMs: z.int().min(0).max(cancelDeadlineMsMax).nullable(),
};

/** What is left out gets its default: ten seats a booking, one booking a user, ten minutes a hold, no pause, no deadline. */
const policyWithDefaults = z.strictObject({
  quantityPerBookingMax: limits.quantityPerBookingMax.default(10),
  activeBookingsPerUserMax: limits.activeBookingsPerUserMax.default(1),
  holdDurationMs: limits.holdDurationMs.default(600_000),
  holdPauseMs: limits.holdPauseMs.default(0),
  cancelDeadlineMs: limits.cancelDeadlineMs.default(null),
  holdExtensionMaxMs: limits.holdExtensionMaxMs.default(0),
  extendsWhenSoldOut: limits.extendsWhenSoldOut.default(true),
});

/** The end of a sale: a moment, or the date of the event, wherever that moves. */
const closesAt = z
  .union([z.literal('date'), instantInput], {
    error: `${instantMend}, or 'date' for the event's date`,
  })
  .nullable();

/** A new event. A sale window that says nothing of its end ends with the event. */
export const createInput = z.strictObject({
  eventId: id,
  title,
  date: instantInput,
  seatCount: quantity,
  saleWindow: z
    .strictObject({
      opensAt: instantInput.nullable().default(null),
      closesAt: closesAt.default('date'),
    })
    .prefault({}),
  policy: policyWithDefaults.prefault({}),
});

/** What names the event that a change is about, and may name what its organizer had seen of it. */
const changed = {
  eventId: id,
  expectedVersion: z
    .int()
    .min(1)
    .max(quantityMax)
    .optional()
    .describe(
      'The version of the event that the organizer had seen. If the organizer has changed the event since then, the command is refused.',
    ),
};

/** A change. What is left out stays, within a window or a policy, too. */
export const updateInput = z.strictObject({
  ...changed,
  title: title.optional(),
  date: instantInput.optional(),
  saleWindow: z.strictObject({ opensAt: instantInput.nullable(), closesAt }).partial().optional(),
  policy: z.strictObject(limits).partial().optional(),
});

export const openInput = z.strictObject(changed);

export const closeInput = z.strictObject({
  ...changed,
  as: z.enum(['closed', 'cancelled']).default('closed'),
});

export const setCapacityInput = z.strictObject({ ...changed, seatCount: quantity });

/** How old an answer may be. Left out: as old as the cache keeps it, which is seconds. */
const maxAgeMs = z.int().min(0).optional();

export const getInput = z.strictObject({ eventId: id, maxAgeMs });

/** Events of one watch: a page of a list has as many by default. */
const watchedCountMax = 20;

const versionPattern = /^(0|[1-9]\d{0,9})$/;
/** A version for each of them, or nothing, with dots between. */
const versionsPattern = new RegExp(
  `^(0|[1-9]\\d{0,9})?(\\.(0|[1-9]\\d{0,9})?){0,${watchedCountMax - 1}}$`,
);

/**
 * One event, or several: then `lastEventId` has a version for each, in the same order (see WatchProgress).
 * It is the last that the caller has heard of, as the stream numbered it; 0: none.
 */
export const watchInput = z
  .strictObject({
    eventId: id.optional(),
    eventIds: z
      .array(id)
      .min(1)
      .max(watchedCountMax)
      .refine((ids) => new Set(ids).size === ids.length, 'Name each event once')
      .optional(),
    lastEventId: z.string().regex(versionsPattern).nullish(),
  })
  .transform(({ eventId, eventIds, lastEventId }, context) => {
    const isNamed = eventIds !== undefined;
    if (isNamed === (eventId !== undefined)) {
      return refuse(context, 'eventId', 'Name one event as eventId, or several as eventIds');
    }
    const ids = eventIds ?? (eventId === undefined ? [] : [eventId]);
    if (!isNamed && lastEventId && !versionPattern.test(lastEventId)) {
      return refuse(context, 'lastEventId', 'Send the id of the last message as it is');
    }
    const versions = lastEventId ? versionsIn(lastEventId) : ids.map(() => null);
    if (versions.length !== ids.length) {
      const fix = 'Send the id of the last message of a watch of these events, or leave it out';
      return refuse(context, 'lastEventId', fix);
    }
    const watched = ids.map((each, place) => ({ id: each, afterVersion: versions[place] ?? null }));
    return { watched, isNamed };
  });

/** `lastEventId`: the last second that the caller knows, as the stream numbered it. */
export const saleInput = z.strictObject({
  eventId: id,
  lastEventId: z
    .string()
    .regex(/^(0|[1-9]\d{0,11})$/)
    .nullish(),
});

function refuse(context: z.RefinementCtx, field: string, message: string): never {
  context.addIssue({ code: 'custom', path: [field], message });
  return z.NEVER;
}

export const listInput = z
  .strictObject({
    from: instantInput.optional(),
    onlyAvailable: z.boolean().default(false),
    /** The caller's own events in any status, in place of everybody's that are on sale. */
    mine: z.boolean().default(false),
    cursor: eventCursor.schema.nullish(),
    direction,
    limit: pageSize,
    maxAgeMs,
  })
  .prefault({});

const bookingStatus = z.enum(['held', 'confirmed', 'cancelled', 'expired']);

export const bookingsInput = z.strictObject({
  eventId: id,
  userId: userId.optional().describe('Only the bookings of this user.'),
  bookingId: id.optional().describe('Only this booking.'),
  status: bookingStatus
    .optional()
    .describe(
      'Only the bookings that are so now. Then a page may have fewer than limit, even none, though there is a next one.',
    ),
  cursor: eventBookingCursor.schema.nullish(),
  direction,
  limit: pageSize,
});

export const exportInput = z.strictObject({
  eventId: id,
  status: bookingStatus.optional().describe('Only the bookings that are so now.'),
  separator: z
    .enum(['comma', 'semicolon'])
    .default('comma')
    .describe(
      'What stands between cells. Spreadsheets in German, French and others expect semicolons.',
    ),
});
