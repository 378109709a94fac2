import { createServer, openCallerLimits } from '@holdfast/api/parts';
import { openEngine } from '@holdfast/engine';
import { createMetricsRegistry } from '@holdfast/process';
import { openTelemetry } from '@holdfast/telemetry';
import type { AnyRouter } from '@trpc/server';
import type { Registry } from 'prom-client';
import type { Stage } from './stage.ts';

export interface ApiPlan {
  readonly admission: boolean;
  /** In place of the api's own. */
  readonly router?: AnyRouter;
}

/** An api that listens. */
interface ListeningApi {
  readonly url: string;
  /** `sold_out` that it answered without PostgreSQL. */
  earlyRefusalCount(): Promise<number>;
}

/** Connections that wait to be accepted: as the api's own process asks for. */
const backlogLength = 2_048;

/**
 * The api's own server, as its main.ts starts it, with all its procedures or with another router.
 */
export async function listenAsApi(
  stage: Stage,
  { admission, router }: ApiPlan,
  isShared: boolean,
): Promise<ListeningApi> {
  const { env, database, logger, limits, authenticate } = stage;
  const registry = createMetricsRegistry('api');
  const redis = admission ? { url: env.REDIS_URL ?? '', prefix: env.REDIS_PREFIX } : null;
  const engine = await openEngine({ database, limits, registry, logger }, redis);
  const callers = openCallerLimits({ settings: env, redis, registry, logger });
  const service = 'holdfast-bench';
  const { tracing } = await openTelemetry({ settings: env, service, registry, logger });
  const server = createServer({
    ...engine,
    authenticate,
    logger,
    limits,
    callerLimits: callers.limits,
    tracing,
    ...(router && { router }),
  });
  const { HOST: host, PORT: port } = env;
  // Fastify hands it to Node, but its types do not know it.
  const listenOptions = { host, port, backlog: backlogLength, reusePort: isShared };
  return {
    url: await server.listen(listenOptions),
    earlyRefusalCount: () => countEarlyRefusals(registry),
  };
}

/** As the api's own metrics have it. */
async function countEarlyRefusals(registry: Registry): Promise<number> {
  const metric = await registry.getSingleMetric('holdfast_refusals_total')?.get();
  const early = metric?.values.filter(({ labels }) => labels['by'] !== 'database') ?? [];
  return early.reduce((sum, { value }) => sum + value, 0);
}
