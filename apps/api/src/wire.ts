import {
  quantityMax,
  type Instant,
  type RefusalReason,
  explainRefusal,
  refusalReasons,
} from '@holdfast/domain';
import { z } from 'zod';

/** The nil and the max UUID mark the ends of lists further in. */
const reservedIds = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
];

/** Ids are compared as text further in, so one spelling is chosen here: PostgreSQL's, lower case. */
export const id = z
  .uuid()
  .toLowerCase()
  .refine((text) => !reservedIds.includes(text), 'This id is reserved. Make a new one');

/** A number of seats that somebody can ask for. */
export const quantity = z.int().min(1).max(quantityMax);

/** The years 1970 to 9999: what ISO 8601 writes with four digits and nobody mistypes. */
export const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);
const instantLengthMax = 35;

/** A moment as input: ISO 8601 in UTC, as `2026-12-31T20:00:00Z`. Becomes epoch milliseconds. */
export const instantInput = z
  .string()
  .max(instantLengthMax)
  .pipe(z.iso.datetime('Write the time in UTC, as in 2026-12-31T20:00:00Z'))
  .transform((text): Instant => Date.parse(text))
  .refine((instant) => instant >= 0 && instant <= instantMax, 'The year must be 1970 to 9999');

/** A moment as output. */
export const instantOutput = z.iso.datetime();

/** @example toWire(0) // '1970-01-01T00:00:00.000Z' */
export function instantOnWire(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** `null` stays `null`. */
export function instantOnWireOrNull(instant: Instant | null): string | null {
  return instant === null ? null : instantOnWire(instant);
}

const pageSizeMax = 100;

/** How many items a page has at most. */
export const pageSize = z.int().min(1).max(pageSizeMax).default(20);

/** A page of anything. `nextCursor` is `null` on the last one. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item).max(pageSizeMax),
    nextCursor: z.string().nullable(),
  });
}

/** An expected no: the reason for programs, the sentence for people. */
export const refusedOutput = z.strictObject({
  status: z.literal('refused'),
  reason: z.enum(refusalReasons),
  message: z.string(),
});

/** @example refusalOnWire('sold_out') // { status: 'refused', reason: 'sold_out', message: 'Not enough …' } */
export function refusalOnWire(reason: RefusalReason): z.output<typeof refusedOutput> {
  return { status: 'refused', reason, message: explainRefusal(reason) };
}

const unknownRetryAfterMs = 1_000;

/** Written or not: the same call with the same id settles it, after so many milliseconds. */
export const unknownOutput = z.strictObject({
  status: z.literal('unknown'),
  retryAfterMs: z.int(),
});

export const unknownOnWire: z.output<typeof unknownOutput> = {
  status: 'unknown',
  retryAfterMs: unknownRetryAfterMs,
};
