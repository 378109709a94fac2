import type { CommittedOrders } from '@holdfast/data';
import {
  type Order,
  type OrderCommand,
  type OrderRefused,
  refused,
  type Standing,
} from '@holdfast/domain';
import type { CommitMetrics } from '../metrics/commit-metrics.ts';
import { type AskedGroup, isSoldOut, type TakenGroup } from './early-refusal.ts';
import type { Answer } from './group-words.ts';
import { arrivalsByEvent, type OrderPart, partsOf } from './order-parts.ts';
import type { GivenOrderOutcome, OrderArrival, TakenOrders } from './order-words.ts';
import type { SeatOwners } from './seat-owners.ts';
import { seatsClaimedBy, userOf } from './words.ts';

/** What orders pass on their way. */
export interface OrderLaneParts {
  /** As of the lanes of events. `null`: there is no Redis. */
  readonly redis: {
    readonly ask: (group: TakenGroup) => Promise<AskedGroup>;
    readonly tell: (asked: AskedGroup, standing: Standing | null) => Promise<void>;
    /** Nobody of these is refused early. */
    readonly owners: SeatOwners;
  } | null;
  /** The orders that were placed under these ids. */
  readonly findOrders: (orderIds: readonly string[]) => Promise<ReadonlyMap<string, Order>>;
  /** Decides and writes orders, all of them in one transaction: `commitOrders` of the data package. */
  readonly commit: (commands: readonly OrderCommand[]) => Promise<CommittedOrders>;
  readonly metrics: CommitMetrics;
}

/** Events that one transaction locks, at most, but for those of a single order: some 0.1 ms each. */
const batchEventCountMax = 64;

type OrderAnswer = Answer<GivenOrderOutcome>;

/**
 * What becomes of orders that were taken together: they are committed in as few transactions as may be, each
 * of which locks a bounded number of events, and whose callers hear of it when it is over.
 */
export async function commitOrderLane(
  parts: OrderLaneParts,
  { commands, answerNow }: TakenOrders,
): Promise<readonly OrderAnswer[]> {
  const answers: OrderAnswer[] = [];
  for (const batch of batchesOf(commands)) {
    const firstPlace = answers.length;
    answers.push(...(await commitBatch(parts, batch)));
    const isLast = answers.length === commands.length;
    if (isLast) break;
    for (const [index, answer] of answers.slice(firstPlace).entries()) {
      answerNow(firstPlace + index, answer);
    }
  }
  return answers;
}

/** In their order, as many together as stay within the bound on events. */
function batchesOf(arrivals: readonly OrderArrival[]): readonly (readonly OrderArrival[])[] {
  const batches: OrderArrival[][] = [];
  let eventIds = new Set<string>();
  for (const arrival of arrivals) {
    const { command } = arrival;
    const own = command.type === 'placeOrder' ? command.lines.map(({ eventId }) => eventId) : [];
    const together = new Set([...eventIds, ...own]);
    const last = batches.at(-1);
    const isRoom = last !== undefined && together.size <= batchEventCountMax;
    eventIds = isRoom ? together : new Set(own);
    if (isRoom) last.push(arrival);
    else batches.push([arrival]);
  }
  return batches;
}

/** An order and what it asks of its events. */
interface AskedOrder {
  readonly arrival: OrderArrival;
  readonly parts: readonly OrderPart[];
}

/** What Redis has said of each event, by id. */
type AskedEvents = ReadonlyMap<string, AskedGroup>;

type Redis = NonNullable<OrderLaneParts['redis']>;

async function commitBatch(
  parts: OrderLaneParts,
  arrivals: readonly OrderArrival[],
): Promise<readonly OrderAnswer[]> {
  const { redis, metrics } = parts;
  if (redis === null) return (await committed(parts, arrivals)).outcomes;
  const known = await parts.findOrders(followedIds(arrivals));
  const orders = arrivals.map((arrival) => ({ arrival, parts: partsOf(arrival, known) }));
  const asked = await askRedis(redis, orders);
  const answers = new Map<AskedOrder, OrderAnswer>();
  for (const order of orders) {
    const refusal = earlyRefusal(redis, order, asked);
    if (refusal === null) continue;
    metrics.onRefusedEarly(refusal.eventId, 'redis');
    answers.set(order, refusal);
  }
  const open = orders.filter((order) => !answers.has(order));
  const found = await commitOpen(parts, { redis, open, asked });
  for (const [index, order] of open.entries()) answers.set(order, answerAt(found, index));
  return orders.flatMap((order) => answers.get(order) ?? []);
}

/** Of orders that are placed, the command itself says what they ask. */
function followedIds(arrivals: readonly OrderArrival[]): readonly string[] {
  return arrivals.flatMap(({ command }) => (command.type === 'placeOrder' ? [] : command.orderId));
}

/** As the lanes of these events would ask: only where seats are few, or may come back. */
async function askRedis(redis: Redis, orders: readonly AskedOrder[]): Promise<AskedEvents> {
  const arrivals = arrivalsByEvent(orders.flatMap(({ parts }) => parts));
  const asking = [...arrivals].map(async ([eventId, commands]) => {
    const group = { eventId, commands, answerNow: () => {} };
    return [eventId, await redis.ask(group)] as const;
  });
  return new Map(await Promise.all(asking));
}

/** All or none: one line that is certainly sold out is enough. */
function earlyRefusal(
  { owners }: Redis,
  { parts }: AskedOrder,
  events: AskedEvents,
): (OrderRefused & { readonly eventId: string }) | null {
  const first = parts.find(({ eventId, arrival }) => {
    const asked = events.get(eventId);
    const isOwner = owners.has(eventId, userOf(arrival.command));
    return asked !== undefined && !isOwner && isSoldOut(asked, arrival);
  });
  if (first === undefined) return null;
  return { ...refused('sold_out'), eventId: first.eventId, line: first.line };
}

interface OpenOrders {
  readonly redis: Redis;
  readonly open: readonly AskedOrder[];
  readonly asked: AskedEvents;
}

/** Who gave seats back hears of it when nobody is refused any more by what was before. */
async function commitOpen(
  parts: OrderLaneParts,
  { redis, open, asked }: OpenOrders,
): Promise<readonly OrderAnswer[]> {
  if (open.length === 0) return [];
  const arrivals = open.map(({ arrival }) => arrival);
  const { outcomes, standings } = await committed(parts, arrivals);
  const heard = [...asked.values()].filter(
    ({ heard: answer, mayGive }) => answer !== null || mayGive.size > 0,
  );
  const told = Promise.all(
    heard.map((each) => redis.tell(each, standings.get(each.group.eventId) ?? null)),
  );
  return outcomes.map((outcome, index) => {
    const own = open[index]?.parts ?? [];
    if (outcome.status === 'accepted') rememberOwners(redis.owners, own);
    const mayGiveBack = own.some(
      ({ eventId, arrival }) => asked.get(eventId)?.mayGive.has(arrival) === true,
    );
    const waits = mayGiveBack && outcome.status !== 'refused';
    return waits ? told.then(() => outcome) : outcome;
  });
}

function rememberOwners(owners: SeatOwners, parts: readonly OrderPart[]): void {
  for (const { eventId, arrival } of parts) {
    if (seatsClaimedBy(arrival.command) > 0) owners.add(eventId, userOf(arrival.command));
  }
}

async function committed(
  { commit, metrics }: OrderLaneParts,
  arrivals: readonly OrderArrival[],
): Promise<CommittedOrders> {
  try {
    const found = await commit(arrivals.map(({ command }) => command));
    metrics.onOrdersCommitted(found.outcomes);
    return found;
  } catch (error) {
    metrics.onFailed();
    throw error;
  }
}

function answerAt(answers: readonly OrderAnswer[], index: number): OrderAnswer {
  const answer = answers[index];
  if (answer === undefined) throw new Error('A commit left out an outcome.');
  return answer;
}
