import type { IncomingHttpHeaders } from 'node:http';

/** Where plain HTTP is, with a slash at its end. */
export const restPrefix = '/api/';

/** @example pathOf('/api/events?limit=2') // '/api/events' */
export function pathOf(url: string): string {
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}

/** Does a request come with nothing? Plain HTTP takes that of a command that needs no more than its path. */
export function isEmptyBody(headers: IncomingHttpHeaders): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = headers;
  return length === '0' && coding === undefined;
}
