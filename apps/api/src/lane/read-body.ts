import type { IncomingMessage } from 'node:http';

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
    then(textOf(body));
  });
}

/** A byte order mark is not part of a text, says the standard of fetch. */
function textOf(body: Buffer): string {
  const text = body.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
