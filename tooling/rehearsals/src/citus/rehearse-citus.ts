import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryStack, startStackOn, verdictOf, withDatabase } from '@holdfast/cli/parts';
import { figure } from '@holdfast/command';
import { audit } from '@holdfast/data';
import { type CitusCluster, startServices } from '@holdfast/services';
import type { Rehearsed, Watching } from '../rehearsal.ts';
import { openCluster } from './cluster.ts';
import { type Moving, rehearseMoving } from './moving.ts';
import { runStorms, type Storms } from './storms.ts';

export interface CitusOptions {
  readonly programs: string;
  readonly workers: number;
  readonly users: number;
  readonly events: number;
  readonly hold?: boolean;
}

/** Starts the cluster, and tries all of it. */
export async function rehearseCitus(
  options: CitusOptions,
  { steps, stop }: Watching,
): Promise<Rehearsed> {
  const { programs, workers: workerCount, users: userCount, events: eventCount } = options;
  await using started = new AsyncDisposableStack();
  const nodes = `A coordinator and ${workerCount} workers run`;
  const cluster = await steps.step(nodes, () => openCluster({ programs, workerCount }, started));
  if (options.hold === true) return await holdCluster(cluster, stop);
  const redis = await startServices({ directory: null, postgres: false });
  started.defer(() => redis.stop());
  const servers = { ...redis, databaseUrl: cluster.url, isDistributed: true };
  await using stack = await startStackOn(servers, { ...ordinaryStack, processCount: 2, steps });
  const storm = `${figure(userCount)} users want ${figure(eventCount)} events at once`;
  const storms = await steps.step(storm, () => runStorms(stack, { userCount, eventCount }, stop));
  const moving = await steps.step('Users book while their rows move', () =>
    rehearseMoving(stack, stop),
  );
  const violations = await steps.step('Audit of all events', () =>
    countViolations(stack.databaseUrl),
  );
  return rehearsedOf({ storms, moving, violations });
}

/** Until Ctrl-C. */
async function holdCluster(cluster: CitusCluster, stop: AbortSignal): Promise<Rehearsed> {
  process.stderr.write(`HOLDFAST_CITUS_URL=${cluster.url}\n`);
  for (const url of cluster.workerUrls) process.stderr.write(`a worker: ${url}\n`);
  await sleep(holdMsMax, undefined, { signal: stop }).catch(() => {});
  return { report: verdictOf([]), text: () => '' };
}

/** Nobody needs a cluster for longer. */
const holdMsMax = 24 * 3_600_000;

function countViolations(url: string): Promise<number> {
  return withDatabase({ url, applicationName: 'holdfast-audit' }, async (database) => {
    const { violationCount } = await audit(database, { eventId: null });
    return violationCount;
  });
}

interface Findings {
  readonly storms: Storms;
  readonly moving: Moving;
  readonly violations: number;
}

function rehearsedOf({ storms, moving, violations }: Findings): Rehearsed {
  const reasons = [
    ...storms.reasons,
    ...moving.report.reasons.map((reason) => `While rows moved: ${reason}`),
    ...(violations === 0 ? [] : [`Rows that violate an invariant: ${violations}.`]),
  ];
  const report = { ...verdictOf(reasons), storms, moving, violations };
  return { report, text: () => textOf(report) };
}

function textOf({
  storms,
  moving,
  violations,
  verdict,
  reasons,
}: Findings & ReturnType<typeof verdictOf>) {
  const { report, movesMs, ratePerSecond } = moving;
  return [
    '',
    `${figure(storms.userCount)} users, ${storms.eventCount} events: ${figure(storms.confirmed)} booked, ${figure(storms.refused)} refused, ${storms.oversold} oversold, ${storms.lost} lost; ${figure(storms.bookingsPerSecond)} bookings/s, p99 ${figure(storms.p99Ms)} ms.`,
    `${figure(report.users)} users, ${ratePerSecond} a second, while rows moved (${movesMs.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', then ')}): ${figure(report.confirmed)} booked, ${report.errors} not answered; p50 ${figure(report.latencyMs.p50)} ms, p99 ${figure(report.latencyMs.p99)} ms, longest ${figure(report.latencyMs.max)} ms.`,
    `Audit of all events: ${violations} rows violate an invariant.`,
    verdict === 'pass' ? 'PASS' : `FAIL: ${reasons.join(' ')}`,
    '',
  ].join('\n');
}
