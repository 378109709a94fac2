import { findEvent } from '@holdfast/data';
import { type Call, isSoldOut } from '../load/call.ts';
import type { User } from '../load/load.ts';
import { runClosedLoop } from '../load/storm.ts';
import type { Target } from '../load/target.ts';
import { readMetrics, type Sample, sumOf } from '../servers/metrics.ts';
import { withDatabase } from '../servers/database.ts';

/** Who asks once more after an event has sold out. */
export interface SecondWave {
  /** What everybody was told. All of it must be refusals. */
  readonly calls: readonly Call[];
  /** The share of the refusals that never reached PostgreSQL; `null` where that was not measured. */
  readonly refusedWithoutDatabase: number | null;
}

interface Aftermath {
  readonly target: Target;
  readonly eventId: string;
  readonly users: readonly User[];
  /** One a user, in their order. */
  readonly calls: readonly Call[];
}

const askCountMax = 2_000;

/**
 * Asks of a second wave at least, for each process of the api. Once a second each process lets at
 * most four asks through to PostgreSQL, to look: among fewer asks than these the share would tell
 * of that, and not of how refusals are made.
 */
const askCountMinPerProcess = 200;

/**
 * Would a second wave tell anything? Not without admission or admin servers, where nobody was
 * refused, or of an event that may still have seats to sell: a hold may lapse.
 */
export async function isWorthAsking({ target, eventId, calls }: Aftermath): Promise<boolean> {
  const { inside, urls, databaseUrl } = target;
  if (!inside?.redisUrl || inside.apiAdminUrls().length < urls.length) return false;
  if (!calls.some(isSoldOut)) return false;
  return withDatabase({ url: databaseUrl }, async (database) => {
    const event = await findEvent(database, eventId);
    return event?.capacity.available === 0 && event.capacity.held === 0;
  });
}

/**
 * After an event has sold out, everybody who was refused asks once more for one seat (where they
 * are few, several times), with new bookings, all at once over all processes of the api. How many
 * of the refusals reached PostgreSQL is what the api's own counters gained meanwhile.
 */
export async function askAgain({ target, eventId, users, calls }: Aftermath): Promise<SecondWave> {
  const { urls } = target;
  const refused = users.filter((_, index) => calls.slice(index, index + 1).some(isSoldOut));
  const askers = askersOf(refused, urls.length);
  const before = await countRefusals(target);
  const told = await runClosedLoop({ urls, eventId, users: askers, onProgress: () => {} });
  const after = await countRefusals(target);
  return { calls: told, refusedWithoutDatabase: shareWithoutDatabase(before, after) };
}

/** The refused, in turn, as often as it takes. */
export function askersOf(refused: readonly User[], processCount: number): readonly User[] {
  const atLeast = Math.max(refused.length, askCountMinPerProcess * processCount);
  const rounds = Math.ceil(atLeast / refused.length);
  return Array.from({ length: rounds }, () => refused)
    .flat()
    .slice(0, Math.min(atLeast, askCountMax));
}

/** Refusals as sold out: without PostgreSQL, and by it. */
interface RefusalCounts {
  readonly early: number;
  readonly database: number;
}

/** What api processes say that they have refused since they began. */
export function refusalsIn(samples: readonly Sample[]): RefusalCounts {
  const by = (who: string) =>
    sumOf(samples, 'holdfast_refusals_total', { reason: 'sold_out', by: who });
  return { early: by('memory') + by('redis'), database: by('database') };
}

async function countRefusals({ inside }: Target): Promise<RefusalCounts> {
  return refusalsIn(inside === null ? [] : (await readMetrics(inside)).flat());
}

/**
 * The share of the refusals between two readings that did not reach PostgreSQL, to a thousandth,
 * rounded down; `null` where there was none.
 */
export function shareWithoutDatabase(before: RefusalCounts, after: RefusalCounts): number | null {
  const early = after.early - before.early;
  const all = early + after.database - before.database;
  return all <= 0 ? null : Math.floor((early * 1_000) / all) / 1_000;
}
