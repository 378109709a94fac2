import type { Registry } from 'prom-client';
import { type BoundMetrics, createBoundMetrics } from './bound-metrics.ts';
import { type CommitMetrics, createCommitMetrics } from './commit-metrics.ts';
import { createRedisMetrics, type RedisMetrics } from './redis-metrics.ts';
import { createRefusalTallies } from './refusal-tallies.ts';

/** What an engine counts. */
export interface EngineMetrics {
  readonly registry: Registry;
  readonly commits: CommitMetrics;
  readonly redis: RedisMetrics;
  readonly bounds: BoundMetrics;
}

/** @example const metrics = createEngineMetrics(createMetricsRegistry('api')) */
export function createEngineMetrics(registry: Registry): EngineMetrics {
  return {
    registry,
    commits: createCommitMetrics(registry, createRefusalTallies(registry)),
    redis: createRedisMetrics(registry),
    bounds: createBoundMetrics(registry),
  };
}
