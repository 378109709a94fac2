import type { Reply } from '../line.ts';

/** What became of a call. `fault`: another answer. `broken`: none. */
export const answerKinds = ['booked', 'sold_out', 'cancelled', 'fault', 'broken'] as const;
export type AnswerKind = (typeof answerKinds)[number];

/** One call: when it was sent and answered, in milliseconds since the load began. */
export interface Call {
  readonly kind: AnswerKind;
  readonly sentAtMs: number;
  readonly endedAtMs: number;
}

/**
 * Reads an answer by what it must contain, since parsing JSON would cost more than the rest.
 *
 * @example kindOf({ status: 200, body: '{"result":{"data":{"status":"confirmed",…' }) // 'booked'
 */
export function kindOf({ status, body }: Reply): AnswerKind {
  if (status !== 200) return 'fault';
  if (body.includes('"reason":"sold_out"')) return 'sold_out';
  if (body.includes('"status":"confirmed"')) return 'booked';
  return body.includes('"status":"cancelled"') ? 'cancelled' : 'fault';
}
