import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '@holdfast/cli/parts';
import { countViolations } from './count-violations.ts';
import {
  countEventsWith,
  countPromises,
  type DoubtfulOrder,
  makeOrder,
  untilNothingIsPromised,
} from './doubtful-order.ts';
import type { EventsApart, Node, Nodes } from './node.ts';
import { holdRecoveryBack, withholdCommits } from './withhold.ts';

/** What became of an order over two nodes, when one of those who commit it died in between. */
export interface OrderInDoubt {
  /** The node that had promised to commit, or the coordinator that had not decided yet. */
  readonly died: 'worker' | 'coordinator';
  /** What its caller was told. */
  readonly told: string;
  /** In how many of its two events it was before the nodes had found out what becomes of it. */
  readonly eventsMeanwhile: number;
  /** Rows that the audit found then; `null`: it was not asked. */
  readonly foundMeanwhile: number | null;
  /** From the start of who had died until nobody was bound by a promise. */
  readonly settledMs: number;
  /** In how many of its two events it is then: in both or in none. */
  readonly events: number;
  /** What it is told when it is sent again under its id, and in how many events it is then. */
  readonly toldAgain: string;
  readonly eventsAgain: number;
  /** Rows that the audit finds in the end. */
  readonly violations: number;
}

export interface DoubtScene {
  readonly stack: Stack;
  readonly nodes: Nodes;
  readonly apart: EventsApart;
}

/**
 * The node of one event dies when it has promised to commit (PREPARE TRANSACTION), and the coordinator has decided to.
 * The caller is told that the order is placed, though the node cannot know it yet.
 */
export async function rehearsePromiseKept(scene: DoubtScene): Promise<OrderInDoubt> {
  const { stack, nodes, apart } = scene;
  const { coordinator } = nodes;
  const { order, told, held } = await dieAtPromise(scene, coordinator, async () => {
    apart.victim.handle.kill('SIGKILL');
    return await holdRecoveryBack(coordinator.url);
  });
  const whatTold = await told;
  const beganAt = performance.now();
  await apart.victim.handle.restart();
  const eventsMeanwhile = await countEventsWith(stack, order.orderId);
  const foundMeanwhile = await countViolations(stack.databaseUrl);
  await held[Symbol.asyncDispose]();
  const settled = await settle(scene, order, beganAt);
  return { died: 'worker', told: whatTold, eventsMeanwhile, foundMeanwhile, ...settled };
}

/** The coordinator dies when a node has promised and has not yet said so: nobody has decided, so it is taken back. */
export async function rehearsePromiseTakenBack(scene: DoubtScene): Promise<OrderInDoubt> {
  const { stack, nodes, apart } = scene;
  const { order, told } = await dieAtPromise(scene, apart.victim, async () => {
    nodes.coordinator.handle.kill('SIGKILL');
  });
  const whatTold = await told;
  const beganAt = performance.now();
  await nodes.coordinator.handle.restart();
  const eventsMeanwhile = await countEventsWith(stack, order.orderId);
  const settled = await settle(scene, order, beganAt);
  const foundMeanwhile = null;
  return { died: 'coordinator', told: whatTold, eventsMeanwhile, foundMeanwhile, ...settled };
}

/** The setting that withholds commits is heard by each process of that PostgreSQL when it looks. */
const tryCountMax = 5;
const lookEveryMs = 10;

/**
 * Places orders until one stands where `withholder` says nothing and the node of the victim has promised, and then
 * lets somebody die.
 */
async function dieAtPromise<T>(
  { stack, nodes, apart }: DoubtScene,
  withholder: Node,
  die: () => Promise<T>,
): Promise<{ readonly order: DoubtfulOrder; readonly told: Promise<string>; readonly held: T }> {
  const missed: string[] = [];
  while (missed.length < tryCountMax) {
    const order = await makeOrder(stack, nodes, apart);
    await using _ = await withholdCommits(withholder.url);
    const told = order.send(1);
    if (await hasPromised(apart.victim, told)) return { order, told, held: await die() };
    missed.push(await told);
  }
  throw new Error(
    `No order stood between promise and commit. They were told: ${missed.join(', ')}.`,
  );
}

/** Has this node promised to commit, before the order is answered? */
async function hasPromised(node: Node, told: Promise<string>): Promise<boolean> {
  const answered = new AbortController();
  told.finally(() => answered.abort()).catch(() => {});
  while (!answered.signal.aborted) {
    if ((await countPromises(node)) > 0) return true;
    await sleep(lookEveryMs);
  }
  return false;
}

type Settled = Pick<
  OrderInDoubt,
  'settledMs' | 'events' | 'toldAgain' | 'eventsAgain' | 'violations'
>;

const attemptCountMax = 20;

async function settle(
  { stack, nodes }: DoubtScene,
  order: DoubtfulOrder,
  beganAt: number,
): Promise<Settled> {
  await untilNothingIsPromised(nodes);
  const settledMs = Math.round(performance.now() - beganAt);
  const events = await countEventsWith(stack, order.orderId);
  const toldAgain = await order.send(attemptCountMax);
  const eventsAgain = await countEventsWith(stack, order.orderId);
  return {
    settledMs,
    events,
    toldAgain,
    eventsAgain,
    violations: await countViolations(stack.databaseUrl),
  };
}

const eventCount = 2;

/** A sentence for each thing that does not hold. The first two say whether the moment was met at all. */
export function doubtReasons(doubt: OrderInDoubt): readonly string[] {
  const { died, told, events, toldAgain, eventsAgain, violations } = doubt;
  const [eventsExpected, toldExpected] =
    died === 'worker' ? [eventCount, ['placed']] : [0, ['unknown', 'database_unavailable']];
  const reasons = [
    ...(died === 'worker' && doubt.eventsMeanwhile !== 1 ? ['it was never half there'] : []),
    ...(doubt.foundMeanwhile === 0 ? ['the audit did not see that it was half there'] : []),
    ...(toldExpected.includes(told) ? [] : [`its caller was told ${told}`]),
    ...(events === eventsExpected ? [] : [`${events} of its 2 events have it`]),
    ...(toldAgain === 'placed' && eventsAgain === eventCount
      ? []
      : [`sent again it was told ${toldAgain}, and ${eventsAgain} of its 2 events have it`]),
    ...(violations === 0 ? [] : [`the audit finds ${violations} rows`]),
  ];
  return reasons.map((reason) => `An order whose ${died} died at the commit: ${reason}.`);
}
