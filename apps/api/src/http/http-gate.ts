import type { ProcedureType } from '@trpc/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from './faults.ts';
import { headerFaultOf } from './singular-headers.ts';

/** The type of the procedure at a path such as `event.get`, or of the first of a batch. */
export type TypeAt = (path: string) => ProcedureType | null;

interface HttpGate {
  /** Where procedures are, with a slash at its end. */
  readonly prefix: string;
  readonly typeAt: TypeAt;
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
export function addHttpGate(server: FastifyInstance, { prefix, typeAt }: HttpGate): void {
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
    const [first = ''] = path.slice(prefix.length).split(',', 1);
    reply.header('allow', allowedMethods(path.startsWith(prefix) ? typeAt(first) : null));
    throw new Fault('method_not_allowed');
  });
}

const encodedPathMessage = 'Write the path as it is, without percent encoding.';

function pathOf(url: string): string {
  const queryAt = url.indexOf('?');
  return queryAt === -1 ? url : url.slice(0, queryAt);
}

function checkBody({ headers }: FastifyRequest): void {
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
