import type { User } from './users.ts';

/** A request that is sent again and again, each time with other ids in it. */
export interface Template {
  readonly user: User;
  readonly bytes: Buffer;
  /** Where in `bytes` the booking's id begins; -1: it has none. */
  readonly idOffset: number;
  /** Where the ids of events begin. */
  readonly eventOffsets: readonly number[];
}

/** How a request is spelled, with `idPlace` and `eventPlace` where ids stand. */
export interface Spelling {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `null`: none. */
  readonly body: string | null;
}

/** Stands for a booking's id, and is as long. */
export const idPlace = '00000000-0000-7000-8000-000000000000';

/** Stands for an event's id. */
export const eventPlace = '00000000-0000-7000-8000-00000000000e';

/**
 * Builds a request once. Each sending then only overwrites the ids, so a call costs the generator
 * hardly more than its two system calls.
 *
 * @example templateOf(user, { method: 'POST', path: '/trpc/booking.book', body })
 */
export function templateOf(user: User, { method, path, headers = {}, body }: Spelling): Template {
  const bodyHeaders =
    body === null
      ? []
      : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`];
  const text = [
    `${method} ${path} HTTP/1.1`,
    // Nothing that is measured looks at it.
    'host: holdfast',
    `authorization: Bearer ${user.token}`,
    ...(user.address === undefined ? [] : [`x-forwarded-for: ${user.address}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...bodyHeaders,
    '',
    body ?? '',
  ].join('\r\n');
  const bytes = Buffer.from(text, 'latin1');
  return { user, bytes, idOffset: bytes.lastIndexOf(idPlace), eventOffsets: placesIn(text) };
}

function placesIn(text: string): readonly number[] {
  const offsets: number[] = [];
  let at = text.indexOf(eventPlace);
  while (at !== -1) {
    offsets.push(at);
    at = text.indexOf(eventPlace, at + 1);
  }
  return offsets;
}

/** Puts the booking's id into the request, and gives the bytes to send. */
export function withId({ bytes, idOffset }: Template, bookingId: string): Buffer {
  if (idOffset !== -1) bytes.write(bookingId, idOffset, 'latin1');
  return bytes;
}

/** Puts the ids of events into the request: the first is `eventIds[from]`, and the others follow it. */
export function withEvents(template: Template, eventIds: readonly string[], from: number): Buffer {
  const { bytes, eventOffsets } = template;
  for (let index = 0; index < eventOffsets.length; index += 1) {
    const eventId = eventIds[(from + index) % eventIds.length] ?? '';
    bytes.write(eventId, eventOffsets[index] ?? 0, 'latin1');
  }
  return bytes;
}

/** The last digits of an id count up, in hexadecimal. */
const counterLength = 12;

/**
 * Gives ids that nobody else gives: the first part of one UUIDv7, and a counter.
 *
 * @example const nextId = countIds(v7())
 */
export function countIds(first: string): () => string {
  const begin = first.slice(0, -counterLength);
  let count = 0;
  return () => {
    count += 1;
    return begin + count.toString(16).padStart(counterLength, '0');
  };
}
