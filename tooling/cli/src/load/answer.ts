import { type JsonObject, member, parseObject, textMember } from '../json-object.ts';

/** What one user was told in the end. Everyone gets exactly one. */
export type Answer =
  | { readonly status: 'confirmed' }
  | { readonly status: 'refused'; readonly reason: string }
  | { readonly status: 'unknown' }
  | { readonly status: 'error'; readonly cause: string };

/** Causes of an error that the load itself names; all others are the api's fault codes. */
export const errorCause = {
  unparsable: 'unparsable_answer',
  timeout: 'timeout',
  refused: 'connection_refused',
  lost: 'connection_lost',
  unanswered: 'no_answer',
  unsent: 'not_sent',
} as const;

/**
 * Reads the answer to `booking.book` as tRPC sends it. Whatever is not clearly a booking of this
 * id, a refusal or an `unknown` is an error: a fast wrong answer must not count as a right one.
 *
 * @example
 * readAnswer('{"result":{"data":{"status":"refused","reason":"sold_out"}}}', id)
 * // { status: 'refused', reason: 'sold_out' }
 * readAnswer('<html>Bad Gateway</html>', id) // { status: 'error', cause: 'unparsable_answer' }
 */
export function readAnswer(body: string, bookingId: string): Answer {
  const answer = parseObject(body);
  const data = member(member(answer, 'result'), 'data');
  if (data) return readOutcome(data, bookingId);
  // The api's own code for what went wrong.
  const fault = textMember(member(member(answer, 'error'), 'data'), 'fault');
  return { status: 'error', cause: fault ?? errorCause.unparsable };
}

function readOutcome(data: JsonObject, bookingId: string): Answer {
  if (data.status === 'confirmed' && data.id === bookingId) return { status: 'confirmed' };
  if (data.status === 'unknown') return { status: 'unknown' };
  if (data.status === 'refused' && typeof data.reason === 'string') {
    return { status: 'refused', reason: data.reason };
  }
  return { status: 'error', cause: errorCause.unparsable };
}
