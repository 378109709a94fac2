import { setTimeout as sleep } from 'node:timers/promises';
import { createHoldfastClient } from '@holdfast/client';
import {
  answerTo,
  type Fault,
  makeUsers,
  openStage,
  type Stack,
  type Stage,
} from '@holdfast/cli/parts';
import { missingChanges } from '../missing-changes.ts';
import { type EventsApart, type Node, type Nodes, nodeWith } from './node.ts';

/** Long enough that no call is answered by what was under way before. */
const holdsMs = 5_000;

/**
 * PostgreSQL starts in a second or two. What the node had promised to commit is committed then, or not, within
 * `citus.recover_2pc_interval`, and until then its rows are locked.
 */
const recoveryMsMax = 15_000;

/** What those hear who ask once, without a repetition, while a node is away. */
export interface Heard {
  /** How many heard what: `accepted`, or a fault. */
  readonly says: Readonly<Record<string, number>>;
  readonly slowestMs: number;
}

/** Of both kinds of events. */
export interface HeardMeanwhile {
  readonly ofVictim: Heard;
  readonly ofSurvivor: Heard;
}

export interface NodeFault {
  readonly fault: Fault;
  /** The events of the load: a large one on the node that stays, another on the one that dies. */
  readonly openStage: (stack: Stack) => Promise<Stage>;
  /** `null` until it was asked. */
  readonly heard: () => HeardMeanwhile | null;
}

/** A node with rows dies under load. Events of other nodes go on selling; those of its own say that they cannot. */
export function workerKilled(nodes: Nodes, apart: EventsApart): NodeFault {
  const { victim } = apart;
  let heard: HeardMeanwhile | null = null;
  const fault: Fault = {
    name: 'node-kill',
    title: 'A node with rows is killed, and started again',
    holdsMs,
    isSilent: true,
    recoveryMsMax,
    inject: async () => victim.handle.kill('SIGKILL'),
    whileItHolds: async ({ stack }) => {
      const [ofVictim, ofSurvivor] = await Promise.all([
        askOf(stack, apart.eventOfVictim),
        askOf(stack, apart.eventOfSurvivor),
      ]);
      heard = { ofVictim: heardIn(ofVictim), ofSurvivor: heardIn(ofSurvivor) };
      return [...unfitOfVictim(ofVictim), ...unfitOfSurvivor(ofSurvivor)];
    },
    heal: () => victim.handle.restart(),
    alsoHolds: missingChanges,
  };
  return { fault, openStage: (stack) => openStageOver(stack, nodes, victim), heard: () => heard };
}

/** The coordinator dies under load, by which both apis enter. Nothing is sold until it is there again. */
export function coordinatorKilled({ coordinator }: Nodes): Fault {
  return {
    name: 'coordinator-kill',
    title: 'The coordinator is killed, and started again',
    holdsMs,
    stopsBookings: true,
    isSilent: true,
    recoveryMsMax,
    inject: async () => coordinator.handle.kill('SIGKILL'),
    heal: () => coordinator.handle.restart(),
    alsoHolds: missingChanges,
  };
}

const stageTriesMax = 20;

/** The large event that most of the load is on lies on a node that stays, the second one on the other. */
async function openStageOver(stack: Stack, nodes: Nodes, victim: Node): Promise<Stage> {
  for (let count = 0; count < stageTriesMax; count += 1) {
    const stage = await openStage(stack);
    const ofBig = await nodeWith(nodes, 'events', stage.big.eventId);
    const ofSecond = await nodeWith(nodes, 'events', stage.second.eventId);
    if (ofBig !== victim && ofSecond === victim) return stage;
  }
  throw new Error('The events of the load did not come to lie on different nodes.');
}

interface Answer {
  readonly says: string;
  readonly tookMs: number;
}

const askCount = 10;
const askEveryMs = 300;

/** Longer than the api waits itself (REQUEST_TIMEOUT_MS), so that its answer is heard. */
const attemptTimeoutMs = 12_000;
/** The api's time limit, and what a busy machine adds. */
const answerMsMax = 9_000;

/** At each api in turn. Nobody repeats a call. */
async function askOf(stack: Stack, eventId: string): Promise<readonly Answer[]> {
  const retry = { attemptCountMax: 1, attemptTimeoutMs, totalTimeoutMs: attemptTimeoutMs };
  const asking = makeUsers(stack, askCount).map(async ({ token }, index): Promise<Answer> => {
    await sleep(index * askEveryMs);
    const url = stack.urls[index % stack.urls.length] ?? stack.url;
    const { booking } = createHoldfastClient({ url, token, retry });
    const askedAt = performance.now();
    const { result } = await answerTo(booking.book({ eventId, quantity: 1 }));
    const says = result.status === 'fault' ? result.fault : result.status;
    return { says, tookMs: performance.now() - askedAt };
  });
  return await Promise.all(asking);
}

/** `unknown`: the connection broke while it was being written. The next call hears that the database is away. */
const away = ['database_unavailable', 'unknown'];

function unfitOfVictim(answers: readonly Answer[]): readonly string[] {
  const others = answers.filter(({ says }) => !away.includes(says)).map(({ says }) => says);
  const isTold = answers.some(({ says }) => says === 'database_unavailable');
  return [
    ...(others.length === 0 ? [] : [`An event of the dead node answered: ${others.join(', ')}.`]),
    ...(isTold ? [] : ['No event of the dead node answered that the database is away.']),
    ...late(answers),
  ];
}

function unfitOfSurvivor(answers: readonly Answer[]): readonly string[] {
  const others = answers.filter(({ says }) => says !== 'accepted').map(({ says }) => says);
  return [
    ...(others.length === 0 ? [] : [`An event of a living node answered: ${others.join(', ')}.`]),
    ...late(answers),
  ];
}

function late(answers: readonly Answer[]): readonly string[] {
  const { slowestMs } = heardIn(answers);
  return slowestMs <= answerMsMax ? [] : [`An answer took ${Math.round(slowestMs)} ms.`];
}

function heardIn(answers: readonly Answer[]): Heard {
  const says: Record<string, number> = {};
  for (const answer of answers) says[answer.says] = (says[answer.says] ?? 0) + 1;
  const slowestMs = Math.max(0, ...answers.map(({ tookMs }) => tookMs));
  return { says, slowestMs: Math.round(slowestMs) };
}
