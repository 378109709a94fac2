import type { FastifyInstance } from 'fastify';

/** What a program hears at `/`. */
const facts = {
  name: 'Holdfast',
  status: 'up',
  links: { openapi: '/openapi.json', reference: '/reference', ready: '/api/health/ready' },
} as const;

/**
 * Says at `/` what this is, to programs; and to people as well where there are no pages (web/serve-site.ts).
 *
 * @example addFrontPage(server)
 */
export function addFrontPage(server: FastifyInstance): void {
  server.get('/', async (_request, reply) => reply.header('vary', 'accept').send(facts));
}
