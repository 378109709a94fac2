import { figure, type Steps } from '@holdfast/command';
import { measureSetBasedInsert } from './ceilings/set-based-insert.ts';
import { type Contestant, startContestant, startTogether } from './contestant.ts';
import { measureLayers } from './layers/measure-layers.ts';
import type { Measurement } from './measurement.ts';
import { measureOpenConnections } from './open-connections.ts';
import type { BenchPlan, LoadName } from './plan.ts';
import type { Findings } from './report.ts';
import { resultOf, runRounds, warmUp } from './rounds.ts';
import { run } from './run.ts';
import { openStand, type Place, type Stand } from './stand.ts';
import { measureWriters } from './writers/measure-writers.ts';

interface BenchParts {
  readonly plan: BenchPlan;
  readonly stand: Stand;
  readonly steps: Steps;
}

/**
 * Measures all that the plan says, one thing after the other, on servers of its own.
 *
 * @example const report = reportOn(await bench(quickPlan, steps))
 */
export async function bench(plan: BenchPlan, steps: Steps): Promise<Findings> {
  await using stand = await steps.step('PostgreSQL, Redis and users', () =>
    openStand(plan.userCount, (line) => steps.note(line)),
  );
  const parts: BenchParts = { plan, stand, steps };
  const measurements = await measureWays(parts);
  const place = await stand.newPlace('holdfast');
  const { layerMs, openConnectionCount, processCounts, writerCounts } = plan;
  const { databaseUrl, redisPrefix } = place;
  const { redisUrl } = stand.services;
  return {
    plan,
    measurements: [
      ...measurements,
      ...(processCounts.length === 0 ? [] : await measureProcesses(parts, place)),
    ],
    setBasedInserts: layerMs === null ? [] : await measureInserts(parts, place),
    writers: writerCounts.length === 0 ? [] : await measureWriters(place, plan, steps),
    openConnections:
      openConnectionCount === null
        ? null
        : await steps.step(`${openConnectionCount} open connections`, () =>
            measureOpenConnections(stand, place, openConnectionCount),
          ),
    layers:
      layerMs === null
        ? []
        : await steps.step('Layers', () =>
            measureLayers({ databaseUrl, redisUrl, redisPrefix, durationMs: layerMs }),
          ),
  };
}

async function measureWays({ plan, stand, steps }: BenchParts): Promise<readonly Measurement[]> {
  const names = new Set([...plan.runs, ...plan.furtherRuns].map(({ subject }) => subject));
  const contestants = await steps.step(`${names.size} servers`, () =>
    Promise.all([...names].map((name) => startContestant(stand, plan, name))),
  );
  const parts = { plan, stand, steps, contestants };
  try {
    await warmUp(parts);
    return await runRounds(parts);
  } finally {
    await stopAll(contestants);
  }
}

const processLoads: readonly LoadName[] = ['hot', 'many'];

/** How much more do several processes of the api book, of one event and of many? */
async function measureProcesses(
  { plan, stand, steps }: BenchParts,
  place: Place,
): Promise<readonly Measurement[]> {
  const contestants = await Promise.all(
    plan.processCounts.map((count) => startTogether(place, plan, count)),
  );
  await warmUp({ plan, stand, contestants, steps });
  const measurements: Measurement[] = [];
  for (let round = 0; round < plan.furtherRoundCount; round += 1) {
    for (const load of processLoads) {
      for (const contestant of contestants) {
        const one = { subject: 'holdfast', load, connections: 100 };
        const title = `${round + 1}/${plan.furtherRoundCount} ${contestant.servers.length} processes, ${load}`;
        const { durationMs } = plan;
        const parts = { stand, contestant, round, among: 'processes', durationMs } as const;
        measurements.push(await steps.step(title, () => run(one, parts), resultOf));
      }
    }
  }
  await stopAll(contestants);
  return measurements;
}

async function measureInserts(
  { plan, steps }: BenchParts,
  place: Place,
): Promise<readonly number[]> {
  const rates: number[] = [];
  for (let round = 0; round < plan.furtherRoundCount; round += 1) {
    const measure = () => measureSetBasedInsert(place.database, plan.durationMs);
    rates.push(
      await steps.step(
        `${round + 1}/${plan.furtherRoundCount} set-based insert`,
        measure,
        (rate) => `${figure(rate)} rows/s`,
      ),
    );
  }
  return rates;
}

async function stopAll(contestants: readonly Contestant[]): Promise<void> {
  await Promise.all(
    contestants.flatMap(({ servers }) => servers.map((server) => server[Symbol.asyncDispose]())),
  );
}
