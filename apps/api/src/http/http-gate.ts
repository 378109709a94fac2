import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from './faults.ts';

/**
 * Refuses, before anything is read or anybody authenticated, what no procedure is called with:
 * other methods than GET and POST, and a POST that is not JSON. A form on a foreign page can send
 * text/plain without asking, but not JSON, so this is also what keeps such pages out; and tRPC on
 * its own would take multipart bodies, which no body limit covers.
 *
 * Faults: `method_not_allowed`, `unsupported_media_type`.
 */
export function addHttpGate(server: FastifyInstance): void {
  server.addHook('onRequest', async (request) => {
    if (request.method === 'GET') return;
    if (request.method !== 'POST') throw new Fault('method_not_allowed');
    if (!isJson(request)) throw new Fault('unsupported_media_type');
  });
}

function isJson({ headers }: FastifyRequest): boolean {
  const mediaType = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  return mediaType === 'application/json';
}
