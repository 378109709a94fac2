import { Gauge, type Registry } from 'prom-client';
import type { RefusalTallies } from '../commit/refusal-tallies.ts';
import { createTallies, type Tally } from '../commit/tally.ts';

const scripts = ['admit', 'settle', 'release'] as const;

/** A script of admission's. */
export type Script = (typeof scripts)[number];

/** What an operator wants to know of admission. */
export interface AdmissionMetrics {
  readonly refusedByMemory: Tally;
  readonly refusedByRedis: Tally;
  readonly probes: Tally;
  readonly unasked: Tally;
  readonly calls: Readonly<Record<Script, { readonly ok: Tally; readonly unavailable: Tally }>>;
  setUp(isUp: boolean): void;
  setEvicts(evicts: boolean): void;
}

/** Without Redis they are there all the same: admission is not up, and nothing is counted. */
export function createAdmissionMetrics(
  registry: Registry,
  refusals: RefusalTallies,
): AdmissionMetrics {
  const registers = [registry];
  const up = new Gauge({
    name: 'holdfast_admission_up',
    help: '1: Redis is asked before PostgreSQL. 0: it is away, or not configured.',
    registers,
  });
  const evicts = new Gauge({
    name: 'holdfast_redis_evicts',
    help: '1: the Redis of admission may evict keys. Set its maxmemory-policy to noeviction.',
    registers,
  });
  const probes = createTallies({
    name: 'holdfast_probes_total',
    help: 'Claims that Redis could not decide and that went to PostgreSQL for all that waited.',
    labelNames: [],
    registry,
  });
  const unasked = createTallies({
    name: 'holdfast_unasked_claims_total',
    help: 'Claims that went to PostgreSQL without a word of Redis, since seats were plenty.',
    labelNames: [],
    registry,
  });
  const calls = createTallies({
    name: 'holdfast_admission_calls_total',
    help: 'Calls of scripts in Redis.',
    labelNames: ['script', 'result'],
    registry,
  });
  const callsOf = (script: Script) => ({
    ok: calls({ script, result: 'ok' }),
    unavailable: calls({ script, result: 'unavailable' }),
  });
  return {
    refusedByMemory: refusals.soldOutByMemory,
    refusedByRedis: refusals.soldOutByRedis,
    probes: probes({}),
    unasked: unasked({}),
    calls: { admit: callsOf('admit'), settle: callsOf('settle'), release: callsOf('release') },
    setUp: (isUp) => up.set(isUp ? 1 : 0),
    setEvicts: (isEvicting) => evicts.set(isEvicting ? 1 : 0),
  };
}
