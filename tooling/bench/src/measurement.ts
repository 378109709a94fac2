import type { Judgement } from './judge.ts';
import type { Pace } from './pace.ts';
import type { RunPlan } from './plan.ts';

/**
 * What a run has used for each booking; where it is about refusals or reads, for each of these. Calls
 * that failed are paid by those that did not.
 */
export interface Cost {
  /** Processor time of the server's processes, in microseconds. */
  readonly serverMicros: number;
  /** Of PostgreSQL; `null` where the system does not say, or it is not ours. */
  readonly postgresMicros: number | null;
  /** Of Redis; `null` likewise. */
  readonly redisMicros: number | null;
}

export interface Measurement extends RunPlan, Pace {
  readonly round: number;
  readonly among: 'ways' | 'processes';
  readonly processCount: number;
  readonly cost: Cost;
  /** Processor time of the load generator for each answer, in microseconds. */
  readonly generatorMicros: number;
  /** `null` of a ceiling, which books nothing. */
  readonly judgement: Judgement | null;
}
