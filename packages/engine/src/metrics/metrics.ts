import type { Registry } from 'prom-client';
import { type BoundMetrics, createBoundMetrics } from './bound-metrics.ts';
import { type CommitMetrics, createCommitMetrics } from './commit-metrics.ts';
import { createRedisMetrics, type RedisMetrics } from './redis-metrics.ts';
import { createRefusalTallies } from './refusal-tallies.ts';
import { SaleTallies } from '../sale/sale-tallies.ts';

/** What an engine counts. */
export interface EngineMetrics {
  readonly registry: Registry;
  readonly commits: CommitMetrics;
  readonly redis: RedisMetrics;
  readonly bounds: BoundMetrics;
  /** The same event by event, for organizers. */
  readonly sales: SaleTallies;
}

/** @example const metrics = createEngineMetrics(createMetricsRegistry('api')) */
export function createEngineMetrics(registry: Registry): EngineMetrics {
  const sales = new SaleTallies();
  return {
    registry,
    sales,
    commits: createCommitMetrics(registry, createRefusalTallies(registry), sales),
    redis: createRedisMetrics(registry),
    bounds: createBoundMetrics(registry),
  };
}
