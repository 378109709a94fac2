import { Gauge, type Registry } from 'prom-client';
import { evictsGauge } from './evicts-gauge.ts';
import { createTallies, type Tally } from './tally.ts';

const scripts = ['ask', 'settle'] as const;

/** A script of admission's. */
export type Script = (typeof scripts)[number];

/** What an operator wants to know of Redis. */
export interface RedisMetrics {
  readonly calls: Readonly<Record<Script, { readonly ok: Tally; readonly unavailable: Tally }>>;
  setUp(isUp: boolean): void;
  setEvicts(evicts: boolean): void;
}

/** Without Redis they are there all the same: admission is not up, and nothing is counted. */
export function createRedisMetrics(registry: Registry): RedisMetrics {
  const registers = [registry];
  const up = new Gauge({
    name: 'holdfast_admission_up',
    help: '1: Redis is asked before PostgreSQL. 0: it is away, or not configured.',
    registers,
  });
  const evicts = evictsGauge(registry);
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
    calls: { ask: callsOf('ask'), settle: callsOf('settle') },
    setUp: (isUp) => up.set(isUp ? 1 : 0),
    setEvicts: (isEvicting) => evicts.set(isEvicting ? 1 : 0),
  };
}
