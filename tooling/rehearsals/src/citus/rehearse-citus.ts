import { setTimeout as sleep } from 'node:timers/promises';
import { ordinaryStack, startStackOn, verdictOf } from '@holdfast/cli/parts';
import { drawTable, figure, type Layout, paragraph, verdictMark } from '@holdfast/command';
import { type CitusCluster, startServices } from '@holdfast/services';
import type { Rehearsed, Watching } from '../rehearsal.ts';
import { openCluster } from './cluster.ts';
import { countViolations } from './count-violations.ts';
import { nodesOf } from './node.ts';
import type { Ground, Part, PartFindings } from './part.ts';

export interface CitusPlan {
  readonly programs: string;
  readonly workerCount: number;
  readonly userCount: number;
  readonly eventCount: number;
  readonly seed: number;
  readonly parts: readonly Part[];
}

/** Starts the cluster, and tries each of these parts on it, one after the other. */
export async function rehearseCitus(plan: CitusPlan, watching: Watching): Promise<Rehearsed> {
  const { steps } = watching;
  await using started = new AsyncDisposableStack();
  const cluster = await startCluster(plan, watching, started);
  const redis = await startServices({ directory: null, postgres: false });
  started.defer(() => redis.stop());
  const services = { ...redis, databaseUrl: cluster.url, isDistributed: true };
  await using stack = await startStackOn(services, { ...ordinaryStack, processCount: 2, steps });
  const nodes = await nodesOf(cluster, stack.databaseUrl);
  const ground: Ground = { ...plan, ...watching, cluster, services, stack, nodes };
  const tried: Tried[] = [];
  for (const part of plan.parts) {
    const found = await steps.step(part.title, () => part.run(ground));
    tried.push({ part, found });
  }
  const violations = await steps.step('Audit of all events', () =>
    countViolations(stack.databaseUrl),
  );
  return rehearsedOf(plan, tried, violations);
}

/** Only the cluster, until Ctrl-C. */
export async function holdCluster(
  plan: Pick<CitusPlan, 'programs' | 'workerCount'>,
  watching: Watching,
): Promise<Rehearsed> {
  await using started = new AsyncDisposableStack();
  const cluster = await startCluster(plan, watching, started);
  process.stderr.write(`HOLDFAST_CITUS_URL=${cluster.url}\n`);
  for (const url of cluster.workerUrls) process.stderr.write(`a worker: ${url}\n`);
  await sleep(holdMsMax, undefined, { signal: watching.stop }).catch(() => {});
  return { report: verdictOf([]), text: () => '' };
}

/** Nobody needs a cluster for longer. */
const holdMsMax = 24 * 3_600_000;

function startCluster(
  plan: Pick<CitusPlan, 'programs' | 'workerCount'>,
  { steps }: Watching,
  started: AsyncDisposableStack,
): Promise<CitusCluster> {
  const title = `A coordinator and ${plan.workerCount} workers run`;
  return steps.step(title, () => openCluster(plan, started));
}

interface Tried {
  readonly part: Part;
  readonly found: PartFindings;
}

function rehearsedOf(
  { seed }: Pick<CitusPlan, 'seed'>,
  tried: readonly Tried[],
  violations: number,
): Rehearsed {
  const reasons = [
    ...tried.flatMap(({ part, found }) => found.reasons.map((reason) => `${part.name}: ${reason}`)),
    ...(violations === 0 ? [] : [`Rows that violate an invariant: ${violations}.`]),
  ];
  const figures = Object.fromEntries(tried.map(({ part, found }) => [part.name, found.figures]));
  const report = { seed, ...figures, violations, ...verdictOf(reasons) };
  return {
    report,
    text: (layout) =>
      [
        ...tried.flatMap((each) => textOf(each, layout)),
        '',
        `  Audit of all events: ${figure(violations)} rows violate an invariant.`,
        ...reasons.flatMap((reason) => paragraph(`✗ ${reason}`, layout)),
        `  Seed ${seed}. ${verdictMark(report.verdict, layout)}`,
        '',
      ].join('\n'),
  };
}

function textOf({ part, found }: Tried, layout: Layout): readonly string[] {
  const rows = found.rows.map((row) => [...row]);
  return ['', `  ${part.title}`, drawTable(rows, { width: layout.width, wraps: 1 })];
}
