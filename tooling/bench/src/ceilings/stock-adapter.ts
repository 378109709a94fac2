import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify';
import type { AnyRouter } from '@trpc/server';
import fastify from 'fastify';
import { bookRouter } from '../server/book-router.ts';
import type { Stage } from '../server/stage.ts';
import { answerEmpty } from './empty-answer.ts';

/**
 * An empty mutation through tRPC's own Fastify adapter, with the same authentication, input and
 * output, and nothing else of the api: no log, no gate, no drain.
 */
export async function listenStock({ env, authenticate }: Stage): Promise<string> {
  const server = fastify();
  void server.register(fastifyTRPCPlugin, {
    prefix: '/trpc',
    trpcOptions: {
      router: bookRouter(async (claim) => answerEmpty(claim)),
      createContext: async ({ req }) => ({ user: await authenticate(req.headers.authorization) }),
    } satisfies FastifyTRPCPluginOptions<AnyRouter>['trpcOptions'],
  });
  return server.listen({ host: env.HOST, port: env.PORT });
}
