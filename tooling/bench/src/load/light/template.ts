import type { User } from '../users.ts';

/** A request that is sent again and again, with another booking's id each time. */
export interface Template {
  readonly user: User;
  readonly bytes: Buffer;
  /** Where in `bytes` the id begins. */
  readonly idOffset: number;
}

export interface TemplatePlan {
  readonly user: User;
  /** `127.0.0.1:3000` */
  readonly host: string;
  readonly path: string;
  /** The body, with `idPlace` where the booking's id stands. */
  readonly body: string;
}

/** Stands for a booking's id, and is as long. */
export const idPlace = '00000000-0000-7000-8000-000000000000';

/**
 * Builds a request once. Each sending then only overwrites the id, so a call costs the generator
 * hardly more than its two system calls.
 *
 * @example templateOf({ user, host: '127.0.0.1:3000', path: '/trpc/booking.book', body })
 */
export function templateOf({ user, host, path, body }: TemplatePlan): Template {
  const text = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    `authorization: Bearer ${user.token}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
  const bytes = Buffer.from(text, 'latin1');
  return { user, bytes, idOffset: bytes.lastIndexOf(idPlace) };
}

/** Puts the id into the request, and gives the bytes to send. */
export function withId({ bytes, idOffset }: Template, bookingId: string): Buffer {
  bytes.write(bookingId, idOffset, 'latin1');
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
