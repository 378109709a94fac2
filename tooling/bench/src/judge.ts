import { audit, type Database } from '@holdfast/data';
import { analyze } from './load/analyze.ts';
import type { Way } from './ways/way.ts';

/** What the database says about a run: seats and bookings that are wrong, invariants that are broken. */
export interface Judgement {
  readonly oversold: number;
  readonly lost: number;
  readonly broken: readonly string[];
  readonly isSafe: boolean;
}

export interface Evidence {
  readonly eventIds: readonly string[];
  readonly acknowledgedIds: readonly string[];
  /** How many bookings there must be under each of these ids: those of an order share one. Else 1. */
  readonly bookingCount?: number;
}

/** Other ways keep no ledger and no outbox: they are judged by events and bookings alone. */
const invariantsOfSeats: readonly string[] = ['I1', 'I2', 'I5'];

/**
 * Asks the database what became of a run: nothing is oversold, every acknowledged booking is there,
 * and the invariants hold.
 *
 * @example (await judge(database, way, { eventIds: [eventId], acknowledgedIds })).isSafe
 */
export async function judge(database: Database, way: Way, evidence: Evidence): Promise<Judgement> {
  const { eventIds, acknowledgedIds, bookingCount = 1 } = evidence;
  const [onlyId] = eventIds;
  const scope = { eventId: eventIds.length === 1 && onlyId !== undefined ? onlyId : null };
  // Else PostgreSQL takes the tables for as small as they were, and compares each row with each.
  await analyze(database.pool, 'bookings, ledger, orders');
  const [oversold, present, report] = [
    await countOversold(database, eventIds),
    await countPresent(database, evidence),
    await audit(database, scope),
  ];
  const wrongCount = (await way.countWrong?.(database.pool, eventIds)) ?? 0;
  const broken = [
    ...report.invariants
      .filter(({ violations }) => violations.length > 0)
      .map(({ id }) => id)
      .filter((id) => isHeldTo(way, id)),
    ...(wrongCount > 0 ? ['units'] : []),
  ];
  const lost = acknowledgedIds.length * bookingCount - present;
  return { oversold, lost, broken, isSafe: oversold === 0 && lost === 0 && broken.length === 0 };
}

function isHeldTo(way: Way, id: string): boolean {
  if (way.server.type === 'holdfast') return true;
  // Its counter is elsewhere, and was counted there.
  if (id === 'I2' && way.countWrong !== undefined) return false;
  return invariantsOfSeats.includes(id);
}

async function countOversold(database: Database, eventIds: readonly string[]): Promise<number> {
  const { rows } = await database.pool.query<{ oversold: number }>(
    `select coalesce(sum(greatest(0, taken - e.seat_count)), 0)::int as oversold
     from events e
     join (
       select event_id, sum(seat_count) as taken from bookings
       where event_id = any($1::uuid[]) and status in ('held', 'confirmed') group by event_id
     ) b on b.event_id = e.id`,
    [eventIds],
  );
  return rows[0]?.oversold ?? 0;
}

async function countPresent(
  database: Database,
  { eventIds, acknowledgedIds }: Evidence,
): Promise<number> {
  const { rows } = await database.pool.query<{ present: number }>(
    `select count(*)::int as present from bookings
     join unnest($2::uuid[]) acknowledged (id) using (id)
     where event_id = any($1::uuid[]) and status = 'confirmed'`,
    [eventIds, acknowledgedIds],
  );
  return rows[0]?.present ?? 0;
}
