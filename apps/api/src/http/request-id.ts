import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const requestIdPattern = /^[\w.:-]{1,64}$/;

/**
 * The id that names a request in logs and in its answer: the caller's `x-request-id` where that is
 * a short plain word, so that nobody writes into our logs, and else a new one.
 *
 * @example requestIdOf({ headers: { 'x-request-id': 'shop-42' } }) // 'shop-42'
 */
export function requestIdOf({ headers }: { readonly headers: IncomingHttpHeaders }): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
}
