import type { Measurement } from '../src/measurement.ts';
import type { Findings } from '../src/report.ts';
import { tinyPlan } from '../src/plan.ts';

/** A run that went well. */
export const measurement: Measurement = {
  subject: 'holdfast',
  load: 'hot',
  connections: 100,
  round: 0,
  among: 'ways',
  processCount: 1,
  bookingsPerSecond: 1_000,
  readsPerSecond: 0,
  refusalsPerSecond: null,
  failedShare: 0,
  p50Ms: 4,
  p99Ms: 9,
  cost: { serverMicros: 200, postgresMicros: 40, redisMicros: 10 },
  generatorMicros: 12,
  judgement: { oversold: 0, lost: 0, broken: [], isSafe: true },
};

/** The same of a ceiling, which books nothing. */
export const ceiling: Measurement = { ...measurement, subject: 'empty', judgement: null };

/** What a bench found that did nothing else. */
export function findingsOf(...measurements: readonly Measurement[]): Findings {
  return {
    plan: tinyPlan,
    measurements,
    setBasedInserts: [],
    writers: [],
    openConnections: null,
    arrivals: [],
    layers: [],
  };
}
