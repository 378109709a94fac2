/**
 * What stands in every answer, whoever made it: the request's name for logs, and that the answer is
 * nobody's to keep or to take for something else.
 *
 * @example answerHeaders('shop-42') // { 'x-request-id': 'shop-42', 'cache-control': 'no-store', … }
 */
export function answerHeaders(requestId: string): Record<string, string> {
  return {
    'x-request-id': requestId,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
}
