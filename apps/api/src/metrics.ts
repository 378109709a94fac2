import type { Registry } from 'prom-client';
import { type AdmissionMetrics, createAdmissionMetrics } from './admission/admission-metrics.ts';
import { type BoundMetrics, createBoundMetrics } from './bound-metrics.ts';
import { type CommitMetrics, createCommitMetrics } from './commit/commit-metrics.ts';
import { createRefusalTallies } from './commit/refusal-tallies.ts';

/** What an api process counts of its commands. Other parts add their own to the same registry. */
export interface ApiMetrics {
  readonly registry: Registry;
  readonly commits: CommitMetrics;
  readonly admission: AdmissionMetrics;
  readonly bounds: BoundMetrics;
}

/** @example const metrics = createApiMetrics(createMetricsRegistry('api')) */
export function createApiMetrics(registry: Registry): ApiMetrics {
  const refusals = createRefusalTallies(registry);
  return {
    registry,
    commits: createCommitMetrics(registry, refusals),
    admission: createAdmissionMetrics(registry, refusals),
    bounds: createBoundMetrics(registry),
  };
}
