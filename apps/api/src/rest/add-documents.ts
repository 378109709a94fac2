import type { AnyRouter } from '@trpc/server';
import type { FastifyInstance } from 'fastify';
import { openApiOf } from './openapi.ts';

/**
 * Says what plain HTTP takes and answers, for programs: `/openapi.json`.
 *
 * @example addDocuments(server, appRouter)
 */
export function addDocuments(server: FastifyInstance, router: AnyRouter): void {
  server.get('/openapi.json', async (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(openApiOf(router))),
  );
}
