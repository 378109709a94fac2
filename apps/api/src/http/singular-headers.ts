import type { IncomingMessage } from 'node:http';
import { Fault } from './faults.ts';

type Headed = Pick<IncomingMessage, 'headers' | 'rawHeaders' | 'httpVersion'>;

/** Node takes the first of several, and a proxy in front perhaps the last: then two have read two requests. */
const singularNames = ['host', 'authorization', 'content-type'];

/** What a URL has between its slashes, and no name or password before it. */
const hostPattern = /^[^\s/?#@\\]+$/;

/** Nearly all callers name the same host. */
let knownHost = '';

/**
 * What is wrong with the headers that may stand once in a request, and with the host that one of them
 * names; `null`: nothing.
 *
 * @example headerFaultOf(request) // null, or a Fault `bad_input`: 'Send the header host once.'
 */
export function headerFaultOf({ headers, rawHeaders, httpVersion }: Headed): Fault | null {
  const repeated = singularNames.find((name) => isRepeated(name, rawHeaders));
  if (repeated !== undefined) return badHeader(`Send the header ${repeated} once.`);
  const { host } = headers;
  if (host === undefined) {
    return httpVersion === '1.0' ? null : badHeader('Send the header host.');
  }
  return isHost(host) ? null : badHeader('The header host does not name a host.');
}

const badHeader = (message: string) => new Fault('bad_input', { message });

function isHost(host: string): boolean {
  if (host === knownHost) return true;
  if (!hostPattern.test(host) || !URL.canParse(`http://${host}`)) return false;
  knownHost = host;
  return true;
}

/** Names and values take turns in `rawHeaders`. */
function isRepeated(name: string, rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const each = rawHeaders[at] ?? '';
    if (each.length === name.length && each.toLowerCase() === name) count += 1;
  }
  return count > 1;
}
