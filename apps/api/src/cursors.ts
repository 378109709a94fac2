import type { BookingCursor, EventBookingCursor, EventCursor } from '@holdfast/data';
import { z } from 'zod';
import { instantMax } from './instant-input.ts';
import { id } from './wire.ts';

/** Where a page ended, as an opaque text for the caller to send back. */
export interface CursorKind<Position> {
  encode(position: Position): string;
  /** The input schema: a text that `encode` made, as its position. */
  readonly schema: z.ZodType<Position, string>;
}

/** The longest cursor that is made here has fewer than 250 characters. */
const cursorLengthMax = 300;

/**
 * One kind of cursor: base64url of JSON. It is input like any other when it comes back, so it is
 * checked like any other; one of another list, of a release that sorted by something else, or a
 * forged one, is `bad_input` naming the field.
 *
 * @example
 * const cursor = defineCursor('events', z.strictObject({ date: z.int(), id: z.uuid() }));
 * cursor.encode({ date: 0, id }); // 'eyJraW5k…'
 */
export function defineCursor<Position>(
  kind: string,
  position: z.ZodType<Position>,
): CursorKind<Position> {
  const envelope = z.strictObject({ kind: z.literal(kind), position });
  const schema = z
    .string()
    .max(cursorLengthMax)
    .transform((text, context): Position => {
      const decoded = envelope.safeParse(decode(text));
      if (decoded.success) return decoded.data.position;
      context.addIssue({
        code: 'custom',
        message: 'Send nextCursor of the page before, unchanged, or leave it out to begin anew.',
      });
      return z.NEVER;
    });
  return { encode: (value) => encode({ kind, position: value }), schema };
}

const instant = z.int().min(0).max(instantMax);

/** In a list of events: by date, then id. */
export const eventCursor = defineCursor<EventCursor>(
  'events',
  z.strictObject({ date: instant, id }),
);

/** In a user's bookings: by time, then id. */
export const bookingCursor = defineCursor<BookingCursor>(
  'bookings',
  z.strictObject({ createdAt: instant, id, eventId: id }),
);

/** In an event's bookings: by time, then id. */
export const eventBookingCursor = defineCursor<EventBookingCursor>(
  'event_bookings',
  z.strictObject({ createdAt: instant, id }),
);

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** `null` for what is not base64url of JSON. Buffer skips what is not base64url; zod does not. */
function decode(text: string): unknown {
  const isBase64Url = /^[\w-]+$/.test(text);
  try {
    return isBase64Url ? JSON.parse(Buffer.from(text, 'base64url').toString()) : null;
  } catch {
    return null;
  }
}
