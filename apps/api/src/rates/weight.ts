import type { IncomingMessage } from 'node:http';
import { callCountOf } from '../http/call-count.ts';

/** So many bytes of a body belong to its call: a batch of 20 bookings has 3 kB. */
const bodyBytesPerCall = 4_096;

/** A longer body is not read at all. */
const bodyPartCountMax = 100;

/**
 * How much a request takes of its caller's limits: its calls, and one more for each 4 kB of its body, because
 * whatever stands in it has to be received and read. A body that does not say its length counts as its call.
 *
 * @example weightOf({ url: '/trpc/booking.book', headers: { 'content-length': '65000' } }) // 16
 */
export function weightOf({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): number {
  const { 'content-length': length } = headers;
  const callCount = callCountOf(url);
  if (length === undefined) return callCount;
  return callCount + Math.min(bodyPartCountMax, Math.floor(Number(length) / bodyBytesPerCall));
}
