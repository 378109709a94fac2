import { InvalidInput, openSales } from '@holdfast/sales';
import type { Pool } from 'pg';
import { checkQuarters, checkWhole } from './create-restaurant.ts';
import { momentOf } from './hours/wall-clock.ts';
import { cancel, confirm } from './reserving/cancel.ts';
import { type Claim, createHost } from './reserving/host.ts';
import type { Restaurant } from './reserving/restaurant.ts';
import type {
  AskedTable,
  NamedReservation,
  ReservationOutcome,
  WalkIn,
} from './reserving/words.ts';
import { salesTables } from './sales-tables.ts';

/** Which restaurant, and where its tables are. */
export interface RestaurantOptions {
  readonly pool: Pool;
  readonly restaurantId: number;
  /** How long a guest has for the form. Default ten minutes. */
  readonly holdDurationMs?: number;
}

/**
 * What guests and staff do. Refusals are data. Thrown are InvalidInput, which names the field, and what
 * sales throw: Overloaded, Draining, CommitContended, DatabaseUnavailable.
 */
export interface OpenRestaurant {
  /** Keeps a table while the guest fills in the form. `confirm` makes a reservation of it. */
  hold(asked: AskedTable): Promise<ReservationOutcome>;
  confirm(named: NamedReservation): Promise<ReservationOutcome>;
  /** Reserves a table at once. */
  book(asked: AskedTable): Promise<ReservationOutcome>;
  /** By a guest up to the restaurant's limit, by staff at any time. */
  cancel(named: NamedReservation & { readonly by: 'guest' | 'staff' }): Promise<ReservationOutcome>;
  /** Seats a party that stands at the door, from the quarter of an hour that has begun. */
  seatWalkIn(walkIn: WalkIn): Promise<ReservationOutcome>;
  /** Writes down which holds have lapsed. Call it every few seconds. */
  expire(): Promise<{ readonly expiredCount: number }>;
  close(): Promise<void>;
}

const lapsedCountMax = 500;

/**
 * Opens a restaurant whose tables no two parties get at once, however many ask, in however many processes.
 *
 * @throws TablesUnfit where the tables lack something that a guarantee rests on.
 * @example
 * const restaurant = await openRestaurant({ pool, restaurantId });
 * const hold = await restaurant.hold({ id: crypto.randomUUID(), guestId: 'ann', partySize: 4, at: '2026-12-24T19:00' });
 * if (hold.status === 'held') await restaurant.confirm(hold);
 */
export async function openRestaurant(options: RestaurantOptions): Promise<OpenRestaurant> {
  const { pool, restaurantId, holdDurationMs = salesTables.policy.holdDurationMs } = options;
  const settings = await settingsOf(pool, restaurantId);
  const policy = { ...salesTables.policy, holdDurationMs };
  const sales = await openSales({ pool, ...salesTables, policy });
  const restaurant: Restaurant = { pool, sales, restaurantId, ...settings };
  const host = createHost(restaurant);
  return {
    hold: async (asked) => await host.seat(claimOf(restaurant, 'reserve', asked)),
    book: async (asked) => await host.seat(claimOf(restaurant, 'book', asked)),
    seatWalkIn: async (walkIn) => await host.seat(walkInOf(restaurant, walkIn)),
    confirm: async (named) => await confirm(restaurant, checked(named)),
    cancel: async (named) => await cancel(restaurant, checked(named)),
    expire: async () => await sales.expire({ claimCountMax: lapsedCountMax }),
    close: async () => await sales.close(),
  };
}

type Settings = Pick<Restaurant, 'timeZone' | 'sittingMinutes'>;

async function settingsOf(pool: Pool, restaurantId: number): Promise<Settings> {
  const { rows } = await pool.query<Settings>(
    `select time_zone as "timeZone", sitting_minutes as "sittingMinutes"
     from restaurant.restaurants where id = $1`,
    [restaurantId],
  );
  const [settings] = rows;
  if (settings !== undefined) return settings;
  throw new InvalidInput('restaurantId', `is ${restaurantId}, and there is no such restaurant.`);
}

function claimOf(restaurant: Restaurant, type: Claim['type'], asked: AskedTable): Claim {
  const at = momentOf('at', asked.at, restaurant.timeZone);
  return { ...partyOf(restaurant, asked), type, guestId: checked(asked).guestId, at };
}

/** Nobody knows who they are, so each is a guest of its own. */
function walkInOf(restaurant: Restaurant, walkIn: WalkIn): Claim {
  return {
    ...partyOf(restaurant, walkIn),
    type: 'book',
    guestId: `walk-in ${walkIn.id}`,
    at: null,
  };
}

const sittingMinutesMax = 480;

function partyOf({ sittingMinutes }: Restaurant, party: WalkIn) {
  const minutes = party.sittingMinutes ?? sittingMinutes;
  checkId(party.id);
  checkWhole('partySize', party.partySize, [1, partySizeMax]);
  checkQuarters('sittingMinutes', minutes, sittingMinutesMax);
  const { id, partySize } = party;
  return { id, partySize, sittingMinutes: minutes };
}

/** A party that no table seats is refused, with the largest table. This is for what is no party. */
const partySizeMax = 1_000;

function checked<T extends NamedReservation>(named: T): T {
  checkId(named.id);
  if (named.guestId === '') throw new InvalidInput('guestId', 'is empty: say whose it is.');
  return named;
}

function checkId(id: string): void {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id)) return;
  throw new InvalidInput(
    'id',
    `is ${JSON.stringify(id)}, which is no UUID: make one with crypto.randomUUID().`,
  );
}
