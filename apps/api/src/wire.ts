import { canonicalId, idSpelling, type KnownEvents } from '@holdfast/data';
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

const idMend = 'Write a UUID, as in 0199a8c0-5a5e-7c3f-8a53-0123456789ab';

/** No spelling of a UUID is longer, and text that is none is not looked at for long. */
const idLengthMax = 45;

/** Ids are compared as text further in, so of all their spellings one is chosen here. */
export const id = z
  .string(idMend)
  .max(idLengthMax, idMend)
  .regex(idSpelling, idMend)
  .overwrite(canonicalId)
  .refine((text) => !reservedIds.includes(text), 'This id is reserved. Make a new one');

/** A number of seats that somebody can ask for. */
export const quantity = z.int().min(1).max(quantityMax);

/** A moment as output. */
export const instantOutput = z.iso.datetime();

/** @example toWire(0) // '1970-01-01T00:00:00.000Z' */
export function instantOnWire(instant: Instant): string {
  return new Date(instant).toISOString();
}

const pageSizeMax = 100;

/** How many items a page has at most. */
export const pageSize = z.int().min(1).max(pageSizeMax).default(20);

/**
 * Which way pages are turned. There is one way; the infinite queries of TanStack Query say it with every
 * page. Their first page has the cursor `null`, and so has what follows the last one.
 */
export const direction = z
  .literal('forward', 'Pages go forward only. Leave direction out')
  .optional();

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

/** PostgreSQL's time where a commit has just told it, which decides when holds lapse; else this machine's. */
export function nowOf({ known }: { readonly known: Pick<KnownEvents, 'clock'> }): Instant {
  return known.clock.now() ?? Date.now();
}
