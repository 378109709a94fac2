import { figure, type Steps } from '@holdfast/command';
import { measureArrivals } from './arrivals/measure-arrivals.ts';
import { measureSetBasedInsert } from './ceilings/set-based-insert.ts';
import { startContestant, startTogether } from './contestant.ts';
import { measureLayers } from './layers/measure-layers.ts';
import type { Measurement } from './measurement.ts';
import { measureOpenConnections } from './open-connections.ts';
import type { BenchPlan } from './plan.ts';
import type { Findings } from './report.ts';
import { measureProcesses, measureWays, type Session } from './rounds.ts';
import { openStand, type Place } from './stand.ts';
import { measureWriters } from './writers/measure-writers.ts';

/**
 * Measures all that the plan says, one thing after the other, on servers of its own.
 *
 * @example const report = reportOn(await bench(quickPlan, steps))
 */
export async function bench(plan: BenchPlan, steps: Steps): Promise<Findings> {
  await using stand = await steps.step('PostgreSQL, Redis and users', () =>
    openStand(plan.userCount, (line) => steps.note(line), { isReplicated: plan.isReplicated }),
  );
  const session: Session = { plan, stand, steps };
  const ways = await amongWays(session);
  const place = await stand.newPlace('holdfast');
  const processes = await amongProcesses(session, place);
  const { layerMs, openConnections } = plan;
  const { databaseUrl, redisPrefix } = place;
  const { redisUrl } = stand.services;
  const layers = (durationMs: number) =>
    measureLayers({ databaseUrl, redisUrl, redisPrefix, durationMs });
  return {
    plan,
    measurements: [...ways, ...processes],
    setBasedInserts: layerMs === null ? [] : await measureInserts(session, place),
    writers: await measureWriters(place, plan, steps),
    openConnections:
      openConnections === null
        ? null
        : await steps.step(`${openConnections.connections} open connections`, () =>
            measureOpenConnections(stand, place, openConnections),
          ),
    arrivals: plan.arrivals === null ? [] : await measureArrivals(session, plan.arrivals),
    layers: layerMs === null ? [] : await steps.step('Layers', () => layers(layerMs)),
  };
}

/** How do ways and ceilings compare? Each has a server and a database of its own. */
async function amongWays(session: Session): Promise<readonly Measurement[]> {
  const { plan, stand, steps } = session;
  const names = new Set([...plan.runs, ...plan.furtherRuns].map(({ subject }) => subject));
  const contestants = await steps.step(`${names.size} servers`, () =>
    Promise.all([...names].map((name) => startContestant(stand, plan, name))),
  );
  return measureWays(session, contestants);
}

/** How much more do several processes of the api book, of one event and of many? */
async function amongProcesses(session: Session, place: Place): Promise<readonly Measurement[]> {
  const { plan } = session;
  const starting = plan.processCounts.map((count) => startTogether(place, plan, count));
  return measureProcesses(session, await Promise.all(starting));
}

async function measureInserts({ plan, steps }: Session, place: Place): Promise<readonly number[]> {
  const rates: number[] = [];
  for (let round = 1; round <= plan.furtherRoundCount; round += 1) {
    const title = `${round}/${plan.furtherRoundCount} set-based insert`;
    const measure = () => measureSetBasedInsert(place.database, plan.durationMs);
    rates.push(await steps.step(title, measure, (rate) => `${figure(rate)} rows/s`));
  }
  return rates;
}
