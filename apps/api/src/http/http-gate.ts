import type { ProcedureType } from '@trpc/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isEmptyBody, pathOf, restPrefix } from '../rest/request.ts';
import { Fault } from './faults.ts';
import { headerFaultOf } from './singular-headers.ts';

interface HttpGate {
  /** What the header `Allow` of a 405 says at this path. */
  readonly allowAt: (path: string) => string;
}

/**
 * Refuses, before anything is read or anybody authenticated, what no procedure is called with:
 * other methods than GET, HEAD and POST, and a POST that is not JSON. A form on a foreign page can send
 * text/plain without asking, but not JSON, so this is also what keeps such pages out; and tRPC on
 * its own would take multipart bodies, which no body limit covers.
 *
 * And what two may read in two ways: headers that stand twice, and procedures whose names are encoded,
 * of which a rule of a proxy's would know nothing.
 *
 * Faults: `bad_input`, `method_not_allowed`, `unsupported_media_type`.
 */
export function addHttpGate(server: FastifyInstance, { allowAt }: HttpGate): void {
  server.addHook('onRequest', async (request, reply) => {
    const headerFault = headerFaultOf(request.raw);
    if (headerFault !== null) throw headerFault;
    const path = pathOf(request.url);
    if (path.includes('%')) throw new Fault('bad_input', { message: encodedPathMessage });
    if (request.method === 'GET' || request.method === 'HEAD') return;
    if (request.method === 'POST') {
      checkBody(request);
      return;
    }
    reply.header('allow', allowAt(path));
    throw new Fault('method_not_allowed');
  });
}

const encodedPathMessage = 'Write the path as it is, without percent encoding.';

function checkBody({ headers, url }: FastifyRequest): void {
  if (url.startsWith(restPrefix) && isEmptyBody(headers)) return;
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') throw new Fault('unsupported_media_type');
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new Fault('unsupported_media_type', { message: encodedBodyMessage });
  }
}

const encodedBodyMessage = 'Send the body as it is, without the header "Content-Encoding".';

/**
 * What the header `Allow` of a 405 says.
 *
 * @example allowedMethods('query') // 'GET, HEAD'
 */
export function allowedMethods(type: ProcedureType | 'unknown' | null): string {
  if (type === 'mutation') return 'POST';
  return type === 'query' || type === 'subscription' ? 'GET, HEAD' : 'GET, HEAD, POST';
}
