import { loadOfCluster, ordinaryStack, runFault, startStackOn } from '@holdfast/cli/parts';
import { duration, figure, silentSteps } from '@holdfast/command';
import { tellLost } from '../tell-lost.ts';
import { countViolations } from './count-violations.ts';
import { rehearseMoving } from './moving.ts';
import { openEventsApart } from './node.ts';
import { coordinatorKilled, type Heard, workerKilled } from './node-faults.ts';
import {
  doubtReasons,
  type DoubtScene,
  type OrderInDoubt,
  rehearsePromiseKept,
  rehearsePromiseTakenBack,
} from './order-in-doubt.ts';
import type { Ground, Part, PartFindings } from './part.ts';
import { rebalanced } from './rebalance.ts';
import { runStorms, type Storms } from './storms.ts';

/** In the order in which they are tried: after a node has died, the rest shows that nothing stayed behind. */
export const parts: readonly Part[] = [
  { name: 'storms', title: 'A crowd wants several events at once', run: storms },
  { name: 'entries', title: 'The same, by apis that enter by the workers', run: stormsByWorkers },
  { name: 'moving', title: 'Users book while the rows of their event move', run: moving },
  { name: 'rebalance', title: 'A node is emptied under load, and filled again', run: rebalancing },
  { name: 'node', title: 'A node with rows is killed under load', run: nodeKilled },
  { name: 'doubt', title: 'A node dies between its promise and its commit', run: promiseKept },
  {
    name: 'undecided',
    title: 'The coordinator dies before it has decided about an order',
    run: promiseTakenBack,
  },
  { name: 'coordinator', title: 'The coordinator is killed under load', run: coordinatorDies },
];

async function storms({ stack, stop, ...plan }: Ground): Promise<PartFindings> {
  return findingsOfStorms(await runStorms(stack, plan, stop));
}

async function stormsByWorkers({ services, stop, ...plan }: Ground): Promise<PartFindings> {
  const processCount = plan.nodes.workers.length;
  const steps = silentSteps;
  const own = { ...ordinaryStack, processCount, entersByWorkers: true, steps };
  await using stack = await startStackOn(services, own);
  const found = findingsOfStorms(await runStorms(stack, plan, stop));
  const violations = await countViolations(stack.databaseUrl);
  const reasons = violations === 0 ? [] : [`Rows that violate an invariant: ${violations}.`];
  return { ...found, reasons: [...found.reasons, ...reasons] };
}

function findingsOfStorms(found: Storms): PartFindings {
  const { userCount, eventCount, confirmed, refused, oversold, lost } = found;
  const { reasons, ...figures } = found;
  return {
    reasons,
    figures,
    rows: [
      ['users', `${figure(userCount)} for ${figure(eventCount)} events`],
      ['booked, refused', `${figure(confirmed)}, ${figure(refused)}`],
      ['oversold, lost', `${figure(oversold)}, ${figure(lost)}`],
      ['bookings a second', figure(found.bookingsPerSecond)],
      ['p50, p99', `${duration(found.p50Ms)}, ${duration(found.p99Ms)}`],
    ],
  };
}

async function moving({ stack, stop }: Ground): Promise<PartFindings> {
  const found = await rehearseMoving(stack, stop);
  const { report, movesMs, ratePerSecond } = found;
  const { p50, p99, max } = report.latencyMs;
  return {
    reasons: report.reasons,
    figures: found,
    rows: [
      ['users', `${figure(report.users)}, ${ratePerSecond} a second`],
      ['there, and back', movesMs.map((ms) => duration(ms)).join(', ')],
      ['booked, not answered', `${figure(report.confirmed)}, ${figure(report.errors)}`],
      ['p50, p99, longest', `${duration(p50)}, ${duration(p99)}, ${duration(max)}`],
    ],
  };
}

const load = { ...loadOfCluster, steadyMs: 3_000 };

async function rebalancing({ stack, nodes, seed, steps, stop }: Ground): Promise<PartFindings> {
  const { victim } = await openEventsApart(stack, nodes);
  const { fault, tookMs } = rebalanced(nodes, victim);
  const run = await runFault(stack, { ...load, fault, seed }, { steps: silentSteps, stop });
  await tellLost(run, stack.databaseUrl, { steps, stop });
  const times = tookMs().map((ms) => duration(ms));
  return findingsOfFault(run, [
    ['emptied in, filled in', times.join(', ')],
    ['the slowest answer', duration(run.slowestMs)],
  ]);
}

async function nodeKilled(ground: Ground): Promise<PartFindings> {
  const { stack, nodes, seed, steps, stop } = ground;
  const apart = await openEventsApart(stack, nodes);
  const { fault, openStage, heard } = workerKilled(nodes, apart);
  const plan = { ...load, fault, seed, openStage };
  const run = await runFault(stack, plan, { steps: silentSteps, stop });
  await tellLost(run, stack.databaseUrl, { steps, stop });
  const told = heard();
  const rows =
    told === null
      ? []
      : [rowOf('of the dead node', told.ofVictim), rowOf('of another node', told.ofSurvivor)];
  return findingsOfFault(run, rows);
}

function rowOf(whose: string, { says, slowestMs }: Heard): readonly [string, string] {
  const counts = Object.entries(says).map(([what, count]) => `${what} ${count}`);
  return [`asked once, ${whose}`, `${counts.join(', ')}; ${duration(slowestMs)} at most`];
}

async function coordinatorDies({ stack, nodes, seed, steps, stop }: Ground): Promise<PartFindings> {
  const plan = { ...load, fault: coordinatorKilled(nodes), seed };
  const run = await runFault(stack, plan, { steps: silentSteps, stop });
  await tellLost(run, stack.databaseUrl, { steps, stop });
  return findingsOfFault(run, []);
}

function findingsOfFault(
  run: Awaited<ReturnType<typeof runFault>>,
  rows: PartFindings['rows'],
): PartFindings {
  const { report, acknowledgedDuringFault } = run;
  return {
    reasons: report.reasons,
    figures: { ...report, acknowledgedDuringFault },
    rows: [
      ...rows,
      [
        'acknowledged, of these meanwhile',
        `${figure(report.acknowledged)}, ${figure(acknowledgedDuringFault)}`,
      ],
      [
        'lost, wrongly sold out',
        `${figure(report.lostAcknowledged)}, ${figure(report.falseSoldOut)}`,
      ],
      ['as fast as before after', duration(report.recoveryMs)],
    ],
  };
}

function promiseKept(ground: Ground): Promise<PartFindings> {
  return inDoubt(ground, rehearsePromiseKept);
}

function promiseTakenBack(ground: Ground): Promise<PartFindings> {
  return inDoubt(ground, rehearsePromiseTakenBack);
}

async function inDoubt(
  { stack, nodes }: Ground,
  rehearse: (scene: DoubtScene) => Promise<OrderInDoubt>,
): Promise<PartFindings> {
  const found = await rehearse({ stack, nodes, apart: await openEventsApart(stack, nodes) });
  return {
    reasons: doubtReasons(found),
    figures: found,
    rows: [
      ['its caller was told', found.told],
      ['meanwhile in', `${found.eventsMeanwhile} of its 2 events`],
      ['then in', `${found.events} of its 2 events, after ${duration(found.settledMs)}`],
      ['sent again it was told', `${found.toldAgain}, and is in ${found.eventsAgain}`],
    ],
  };
}
