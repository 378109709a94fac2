import { answerParent } from '../child.ts';
import { paceOf } from '../pace.ts';
import {
  type CommitTimes,
  type Watched,
  WatcherCrowd,
  type WatcherPlan,
} from '../watchers/watcher-crowd.ts';
import { Arrivals, type ArrivalsPlan } from './arrivals.ts';
import { type CallName, orderLineCount } from './calls.ts';
import { ClosedLoop } from './closed-loop.ts';
import { Crowd, type CrowdPlan } from './crowd/crowd.ts';
import { type CrowdResult, resultOf } from './crowd/result.ts';
import { Deck, templatesOf } from './deck.ts';
import type { Load, LoadPlan } from './load.ts';
import type { Template } from './template.ts';
import type { User } from './users.ts';

/** What a load showed. Its answers stay where they are: they are many. */
export type LoadResult = ReturnType<typeof loadResultOf>;

export interface CrowdLoad extends CrowdPlan {
  /** Of the event, when it was opened. */
  readonly seatCount: number;
}

/** The generator, in a process of its own, so that its cost is its own. */
let users: readonly User[] = [];
let loop: ClosedLoop | null = null;
let crowd: Crowd | null = null;
let watchers: WatcherCrowd | null = null;

/** Requests are built once for all loads of a kind, by the kind's name. */
const templates = new Map<string, readonly Template[]>();

function deckFor({ calls, eventIds, firstId }: Omit<LoadPlan, 'isRepeated'>): Deck {
  const key = keyOf(calls, eventIds.length);
  const own = templates.get(key) ?? templatesOf(calls, users, eventIds.length);
  templates.set(key, own);
  return new Deck(calls, own, firstId);
}

/** Only requests of orders depend on how many events there are. */
function keyOf(calls: CallName, eventCount: number): string {
  return calls === 'order' ? `${calls} ${orderLineCount(eventCount)}` : calls;
}

/** What a piece of work takes of this process' own time, in milliseconds. */
async function timed<T>(work: () => Promise<T>): Promise<{ result: T; generatorMs: number }> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return { result, generatorMs: (user + system) / 1_000 };
}

function loadResultOf(load: Load, generatorMs: number) {
  const { answers } = load;
  const useful = answers.filter(({ status }) => status !== 'failed');
  const confirmed = answers.filter(({ status }) => status === 'confirmed');
  return {
    pace: paceOf(load),
    /** The ids that callers were told of. */
    acknowledgedIds: confirmed.map(({ bookingId }) => bookingId),
    usefulCount: useful.length,
    failedCount: answers.length - useful.length + load.errorCount,
    /** Processor time of the generator for each answer, in microseconds. */
    generatorMicros: (generatorMs * 1_000) / Math.max(1, answers.length),
  };
}

const functions = {
  setUsers(given: readonly User[]) {
    users = given;
  },
  /** Builds the requests and opens the connections: what comes then is the load alone. */
  async openLoad(plan: LoadPlan) {
    loop = new ClosedLoop(plan, deckFor(plan));
    await loop.open();
  },
  async runLoad(): Promise<LoadResult> {
    if (loop === null) throw new Error('No load is open.');
    const own = loop;
    loop = null;
    const { result, generatorMs } = await timed(() => own.run());
    return loadResultOf(result, generatorMs);
  },
  async runArrivals(plan: ArrivalsPlan) {
    const arrivals = new Arrivals(plan, deckFor(plan));
    await arrivals.open();
    return arrivals.run();
  },
  async openWatchers(plan: WatcherPlan) {
    watchers = new WatcherCrowd(plan);
    await watchers.open();
  },
  endWatchers(committedAt: CommitTimes): Watched {
    if (watchers === null) throw new Error('Nobody watches.');
    return watchers.end(committedAt);
  },
  async runCrowd(load: CrowdLoad): Promise<CrowdResult> {
    crowd = new Crowd(load, users);
    const { seatCount } = load;
    const own = crowd;
    const { result, generatorMs } = await timed(() => own.run());
    const { countFromMs } = own;
    return resultOf(result, { seatCount, countFromMs, generatorMs });
  },
  /** Of the crowd that runs, what ended before this moment does not count. */
  countFromNow() {
    crowd?.countFromNow();
  },
};

export type GeneratorFunctions = typeof functions;

answerParent(functions);
