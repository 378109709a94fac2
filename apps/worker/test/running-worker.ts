import type { Database } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import { freshPrefix, providedServices } from '@holdfast/testing';
import { Registry } from 'prom-client';
import type { Consumer } from '../src/consumer.ts';
import { openGround } from '../src/ground.ts';
import { startWorker } from '../src/start-worker.ts';
import { createWorkerMetrics } from '../src/worker-metrics.ts';
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
}

/** A worker in a namespace of its own, that need not be ready. */
export function newWorker(sketch: WorkerSketch) {
  const { database, databaseUrl = '', redisPrefix = freshPrefix() } = sketch;
  const { log = memoryLog().log, auditEveryMs = 60_000, consumers = [] } = sketch;
  const redisUrl = sketch.redisUrl === undefined ? providedServices().redisUrl : sketch.redisUrl;
  const registry = new Registry();
  const metrics = createWorkerMetrics(registry);
  const ground = openGround({
    redisUrl: redisUrl ?? undefined,
    redisPrefix,
    databaseUrl,
    log,
    metrics,
  });
  const worker = startWorker({ database, ground, log, metrics, auditEveryMs, consumers });
  return {
    ...worker,
    ground,
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

/** The same, ready. */
export async function runningWorker(sketch: WorkerSketch) {
  const worker = newWorker(sketch);
  await worker.ready;
  return worker;
}
