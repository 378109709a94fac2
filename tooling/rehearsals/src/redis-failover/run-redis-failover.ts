import { ordinaryStack, runFault, startStackOn } from '@holdfast/cli/parts';
import { startServices } from '@holdfast/services';
import type { Watching } from '../rehearsal.ts';
import { type RedisReport, type RedisRun, redisReportOn } from './redis-report.ts';
import type { Scenario } from './scenarios.ts';

interface RedisFailoverPlan {
  readonly scenarios: readonly Scenario[];
  readonly runCount: number;
  readonly seed: number;
}

const steadyMs = 3_000;

/** Each scenario on servers of its own, so many times. */
export async function runRedisFailover(
  { scenarios, runCount, seed }: RedisFailoverPlan,
  watching: Watching,
): Promise<RedisReport> {
  const runs: RedisRun[] = [];
  for (const scenario of scenarios) {
    for (let run = 0; run < runCount; run += 1) {
      runs.push(await runScenario(scenario, seed + run, watching));
    }
  }
  return redisReportOn(runs, seed);
}

async function runScenario(
  scenario: Scenario,
  seed: number,
  { steps, stop }: Watching,
): Promise<RedisRun> {
  await using started = new AsyncDisposableStack();
  const postgres = await steps.step('PostgreSQL is up', () =>
    startServices({ directory: null, redis: false }),
  );
  started.defer(() => postgres.stop());
  const redis = await steps.step('Redis is up', () => scenario.start());
  started.defer(() => redis.stop());
  const { url, timed } = redis;
  const services = { ...postgres, redisUrl: url };
  const plan = { ...ordinaryStack, processCount: 2, redis: 'required', steps } as const;
  const stack = started.use(await startStackOn(services, plan));
  const detailed = await runFault(stack, { fault: timed.fault, seed, steadyMs }, { steps, stop });
  return { scenario: scenario.name, detailed, times: timed.times() };
}
