import { findEvent } from '@holdfast/data';
import { type Buyer, type History, type Load, answerTimeoutMsDefault } from './load/load.ts';
import { runClosedLoop } from './load/closed-loop.ts';
import { newId } from '@holdfast/client';
import { readMetrics, sumOf } from './metrics.ts';
import type { Inside, Target } from './target.ts';
import { withDatabase } from './with-database.ts';

/** Who asks once more after an event has sold out. */
export interface SecondWave {
  /** What everybody was told. All of it must be refusals. */
  readonly history: History;
  /** The share of the refusals that never reached PostgreSQL; `null` where that was not measured. */
  readonly refusedWithoutDatabase: number | null;
}

/** What a load on an event has left. */
export interface Aftermath {
  readonly target: Target;
  readonly eventId: string;
  readonly history: History;
}

/** Asks of a second wave at most. */
const askCountMax = 2_000;

/**
 * Asks of a second wave at least, for each process of the api. Once a second each process lets at
 * most four asks through to PostgreSQL, to look: among fewer asks than these the share would tell
 * of that, and not of how refusals are made.
 */
const askCountMinPerProcess = 200;

/**
 * Would a second wave tell anything? Not without admission or admin servers, where nobody was
 * refused, or of an event that may still have seats to sell.
 */
export async function isWorthAsking({ target, eventId, history }: Aftermath): Promise<boolean> {
  const { inside, urls } = target;
  const adminUrlCount = inside?.apiAdminUrls().length ?? 0;
  if ((inside?.redisUrl ?? null) === null || adminUrlCount < urls.length) return false;
  if (refusedIn(history).length === 0) return false;
  return isSoldForGood(target, eventId);
}

/**
 * After an event has sold out, everybody who was refused asks once more for one seat (where they
 * are few, several times), with new bookings, all at once over all processes of the api. How many
 * of the refusals reached PostgreSQL is what the api's own counters gained meanwhile.
 */
export async function askAgain({ target, eventId, history }: Aftermath): Promise<SecondWave> {
  const { inside, urls } = target;
  const load: Load = {
    urls,
    eventId,
    buyers: askersOf(refusedIn(history), urls.length),
    answerTimeoutMs: answerTimeoutMsDefault,
    onProgress: () => {},
  };
  const before = await countRefusals(inside);
  const told = await runClosedLoop(load);
  const after = await countRefusals(inside);
  return { history: told, refusedWithoutDatabase: shareWithoutDatabase(before, after) };
}

function refusedIn(history: History): readonly Buyer[] {
  return history
    .filter(({ answer }) => answer.status === 'refused' && answer.reason === 'sold_out')
    .map(({ buyer }) => buyer);
}

/** Every seat is sold, and none is only held: a hold may lapse, and its seat is for sale again. */
function isSoldForGood(target: Target, eventId: string): Promise<boolean> {
  return withDatabase({ url: target.databaseUrl }, async (database) => {
    const event = await findEvent(database, eventId);
    return event?.capacity.available === 0 && event.capacity.held === 0;
  });
}

/** The refused, in turn, each time with a booking of its own. */
export function askersOf(refused: readonly Buyer[], processCount: number): readonly Buyer[] {
  const atLeast = Math.max(refused.length, askCountMinPerProcess * processCount);
  const rounds = Math.ceil(atLeast / refused.length);
  const buyers = Array.from({ length: rounds }, () => refused).flat();
  const asking = buyers.slice(0, Math.min(atLeast, askCountMax));
  return asking.map((buyer) => ({ ...buyer, bookingId: newId() }));
}

/** Refusals as sold out by who said so. */
export interface RefusalCounts {
  readonly memory: number;
  readonly redis: number;
  readonly database: number;
}

async function countRefusals(inside: Inside | null): Promise<RefusalCounts> {
  const adminUrls = inside?.apiAdminUrls() ?? [];
  const token = inside?.adminToken ?? '';
  const read = await Promise.all(adminUrls.map((url) => readMetrics(url, token)));
  const samples = read.flat();
  const by = (who: string) =>
    sumOf(samples, 'holdfast_refusals_total', { reason: 'sold_out', by: who });
  return { memory: by('memory'), redis: by('redis'), database: by('database') };
}

/**
 * The share of the refusals between two readings that did not reach PostgreSQL, to a thousandth,
 * rounded down; `null` where there was none.
 */
export function shareWithoutDatabase(before: RefusalCounts, after: RefusalCounts): number | null {
  const early = after.memory + after.redis - before.memory - before.redis;
  const all = early + after.database - before.database;
  return all <= 0 ? null : Math.floor((early * 1_000) / all) / 1_000;
}
