import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** An address is no longer than this; what is longer was made up. */
const addressLengthMax = 64;

/**
 * The address from which somebody calls. Each proxy in front of the api adds whom it heard to the end
 * of `X-Forwarded-For`, so with one of them the last entry counts, and what a caller has written there
 * itself comes before that. With none the header is not looked at.
 *
 * @example callerAddress(request, 0) // '203.0.113.7'
 */
export function callerAddress(request: IncomingMessage, proxyCount: number): string {
  const own = request.socket.remoteAddress ?? 'unknown';
  if (proxyCount === 0) return own;
  // Node joins what came in several such headers.
  const forwarded = String(request.headers['x-forwarded-for'] ?? '');
  const entries = forwarded.split(',').slice(-proxyCount);
  const address = entries[0]?.trim() ?? '';
  return address === '' || address.length > addressLengthMax ? own : address;
}

/** What a household or a server is given of IPv6 has 64 bits, and all addresses in it are one caller's. */
const prefixGroupCount = 4;

/**
 * What one caller's addresses have in common: an IPv4 address as it is, of IPv6 the network.
 *
 * @example networkOf('2001:db8::7') // '2001:db8:0:0'
 */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address;
  const [before = '', after] = address.split('::');
  const first = before === '' ? [] : before.split(':');
  const last = after === undefined || after === '' ? [] : after.split(':');
  const zeros = Array<string>(8 - first.length - last.length).fill('0');
  const groups = after === undefined ? first : [...first, ...zeros, ...last];
  return groups.slice(0, prefixGroupCount).join(':');
}
