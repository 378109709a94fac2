import { Pool } from 'pg';
import { audit as auditRows } from '../audit.ts';
import { openRestaurant } from '../open-restaurant.ts';
import { migrate as migrateTables } from '../schema/orm.ts';
import { compare } from './compare.ts';
import { furnish, startsOfEvening } from './evening.ts';
import { type Random, type Told, visit } from './guests.ts';

/*
 * What `pnpm example restaurant` runs: one evening, for which far more guests come than there are tables.
 */

/** A form that is given up frees its table while the storm is on. */
const holdDurationMs = 1_000;

const poolSizeMax = 10;

/** One process' share of the guests. */
interface Share {
  /** The first one's number: no other process has a guest of that number. */
  readonly userMin: number;
  readonly userCount: number;
  readonly random: Random;
}

/** Makes the tables, and a restaurant. */
export async function migrate(url: string): Promise<void> {
  await migrateTables(url);
  await usePool(url, furnish);
}

/** Lets guests loose on the tables of one evening, all in the same instant, and says what each was told. */
export async function storm(url: string, share: Share): Promise<readonly Told[]> {
  return await usePool(url, async (pool) => {
    const restaurantId = await onlyRestaurant(pool);
    const restaurant = await openRestaurant({ pool, restaurantId, holdDurationMs });
    const starts = startsOfEvening();
    const guests = Array.from({ length: share.userCount }, (_, place) =>
      visit(restaurant, {
        guestId: `guest ${share.userMin + place}`,
        starts,
        random: share.random,
      }),
    );
    const told = await Promise.all(guests);
    await restaurant.close();
    return told;
  });
}

/** Recounts everything from the rows, and compares what is there with what guests were told. */
export async function audit(url: string, told: readonly Told[]) {
  return await usePool(url, async (pool) => [
    ...(await auditRows(pool)),
    ...(await compare(pool, told)),
  ]);
}

async function usePool<T>(url: string, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = new Pool({ connectionString: url, max: poolSizeMax });
  // A connection that is lost while nobody uses it says so here, and the next one is made when it is needed.
  pool.on('error', () => {});
  try {
    return await use(pool);
  } finally {
    await pool.end();
  }
}

async function onlyRestaurant(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('select id from restaurant.restaurants');
  const [row] = rows;
  if (row === undefined) throw new Error('There is no restaurant: migrate first.');
  return row.id;
}
