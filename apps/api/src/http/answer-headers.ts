import { rateHeadersOf } from '../rates/rate-headers.ts';
import type { ServedRequest } from './served.ts';

type AnsweredRequest = Pick<ServedRequest, 'id' | 'taken'>;

/**
 * What stands in every answer, whoever made it: the request's name for logs, and that the answer is
 * nobody's to keep or to take for something else; and, where its caller is limited, what it has left.
 *
 * @example answerHeaders(request) // { 'x-request-id': 'shop-42', 'cache-control': 'no-store', … }
 */
export function answerHeaders({ id, taken }: AnsweredRequest): Record<string, string> {
  return {
    'x-request-id': id,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(taken.length > 0 && rateHeadersOf(taken)),
  };
}
