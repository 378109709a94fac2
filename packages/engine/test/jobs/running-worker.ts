import { type Database, readIdentity } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { Registry } from 'prom-client';
import type { Consumer } from '../../src/jobs/consumer.ts';
import { openBackend } from '../../src/jobs/open-backend.ts';
import { noRetention, type Retention } from '../../src/jobs/retain.ts';
import { startWorker } from '../../src/jobs/start-worker.ts';
import { createWorkerMetrics } from '../../src/jobs/worker-metrics.ts';
import { memoryLog } from './memory-log.ts';

export interface WorkerSketch {
  readonly database: Database;
  /** Needed without Redis alone. */
  readonly databaseUrl?: string;
  /** null: without Redis. */
  readonly redisUrl?: string | null;
  readonly redisPrefix?: string;
  readonly log?: Logger;
  readonly auditEveryMs?: number;
  readonly consumers?: readonly Consumer[];
  readonly retention?: Retention;
}

/** A worker in a namespace of its own, that need not be ready. */
export function newWorker(sketch: WorkerSketch) {
  return startOn(placeOf(sketch), sketch);
}

/** The same, ready, and started as `openHoldfastWorker` starts it: once it has looked at its backend. */
export async function runningWorker(sketch: WorkerSketch) {
  const place = placeOf(sketch);
  await place.backend.check();
  const worker = startOn(place, sketch);
  await worker.ready;
  return worker;
}

/** What a worker works with. */
function placeOf(sketch: WorkerSketch) {
  const { databaseUrl = '', redisPrefix = freshPrefix(), log = memoryLog().log } = sketch;
  const redisUrl = sketch.redisUrl === undefined ? providedServices().redisUrl : sketch.redisUrl;
  const registry = new Registry();
  const metrics = createWorkerMetrics(registry);
  const backend = openBackend({
    redisUrl: redisUrl ?? undefined,
    redisPrefix,
    databaseUrl,
    identify: () => readIdentity(sketch.database),
    log,
    metrics,
  });
  return { backend, log, metrics, registry };
}

function startOn(
  { registry, ...place }: ReturnType<typeof placeOf>,
  { database, auditEveryMs = 60_000, consumers = [], retention = noRetention }: WorkerSketch,
) {
  const worker = startWorker({ ...place, database, auditEveryMs, consumers, retention });
  return {
    ...worker,
    backend: place.backend,
    /** The value of a metric without labels, or with these. */
    async metric(name: string, labels: Record<string, string> = {}): Promise<number> {
      const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
      const matches = values.filter((value) =>
        Object.entries(labels).every(([key, label]) => value.labels[key] === label),
      );
      return matches.reduce((sum, { value }) => sum + value, 0);
    },
    [Symbol.asyncDispose]: worker.stop,
  };
}
