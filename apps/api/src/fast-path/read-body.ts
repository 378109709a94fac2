import type { IncomingMessage } from 'node:http';
import { jsonTextOf } from '../http/json-text.ts';

/**
 * Hands on a body when all of it is there. It is not longer than the request's content-length says,
 * which Node sees to; whoever calls has bounded that. A caller that leaves before is never handed on.
 *
 * @example readBody(request, (text) => JSON.parse(text))
 */
export function readBody(request: IncomingMessage, then: (text: string) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [first] = chunks;
    const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    then(jsonTextOf(body));
  });
}
