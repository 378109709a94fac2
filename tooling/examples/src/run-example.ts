import { countOf, type Steps } from '@holdfast/command';
import { createDatabase, dropDatabase, startServices } from '@holdfast/services';
import type { Finding, Told } from './example.ts';
import { examples } from './examples.ts';
import { type Report, reportOn } from './report.ts';
import { sendProcess } from './send-process.ts';
import { sharesOf, type Storm } from './storm.ts';

interface Watching {
  readonly steps: Steps;
  readonly stop: AbortSignal;
}

/**
 * Storms an example on a PostgreSQL of its own, or in a database of its own on the one that `DATABASE_URL`
 * names, and audits it.
 */
export async function runExample(storm: Storm, watching: Watching): Promise<Report> {
  const { steps } = watching;
  const start = () => startServices({ directory: null, redis: false });
  const services = await steps.step('PostgreSQL is up', start);
  try {
    const url = await createDatabase(services.databaseUrl);
    try {
      return await runOn(url, storm, watching);
    } finally {
      await dropDatabase(url);
    }
  } finally {
    await services.stop();
  }
}

/** Storms an example in this empty database, and audits it. */
export async function runOn(url: string, storm: Storm, { steps, stop }: Watching): Promise<Report> {
  const { name, userCount, processCount } = storm;
  const { migrate, audit } = await examples[name]();
  await steps.step('The tables are there, and what is sold', () => migrate(url));
  const startedAt = performance.now();
  const processes = processCount === 1 ? 'one process' : `${processCount} processes`;
  const crowd = `${countOf(userCount, 'user')} in ${processes}`;
  const told = await steps.step(crowd, () => stormIn(url, storm, stop));
  const durationMs = Math.round(performance.now() - startedAt);
  const findings = await steps.step(
    'The audit',
    (): Promise<readonly Finding[]> => audit(url, told),
  );
  return reportOn({ storm, told, findings, durationMs });
}

async function stormIn(url: string, storm: Storm, stop: AbortSignal): Promise<readonly Told[]> {
  const { name, seed } = storm;
  const shares = sharesOf(storm).map((share, place) =>
    sendProcess({ name, url, share, seed: seed + place }, stop),
  );
  return (await Promise.all(shares)).flat();
}
