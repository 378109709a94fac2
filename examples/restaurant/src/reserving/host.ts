import { Overloaded } from '@holdfast/sales';
import { answer } from './answer.ts';
import {
  findTables,
  type Found,
  type FoundSlot,
  type FreeTable,
  type Search,
} from './find-tables.ts';
import { giveTables } from './give-tables.ts';
import { notOpen, refusalOf } from './refusals.ts';
import type { Restaurant } from './restaurant.ts';
import type { ReservationOutcome } from './words.ts';

/** A party's search for a table, and whose it is. */
export interface Claim extends Search {
  readonly type: 'reserve' | 'book';
  readonly guestId: string;
}

/** Gives parties their tables. */
export interface Host {
  /** @throws Overloaded where too many wait, or others were faster every time. */
  seat(claim: Claim): Promise<ReservationOutcome>;
}

/** Parties that are given tables together. */
const groupSizeMax = 50;

/** Parties that wait. */
const queueLengthMax = 10_000;

/** How often tables are looked for, for a party that loses each one to another. */
const searchCountMax = 50;

/** Lapsed holds that are written down at once. */
const lapsedCountMax = 500;

const retryAfterMs = 1_000;

interface Waiting {
  readonly claim: Claim;
  readonly searchCount: number;
  readonly resolve: (outcome: ReservationOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A host at the door: parties that come at the same time are looked at together, and none of them is sent
 * to a table that another was just sent to. Without it all of a crowd claim the few best tables at once, and
 * nearly all of them in vain: 758 of 1,000 ran into the time limit of the sales.
 *
 * Hosts of other processes know nothing of this one. The key of the tables' quarters decides between them, and
 * whoever lost is given another table.
 */
export function createHost(restaurant: Restaurant): Host {
  const queue: Waiting[] = [];
  let isBusy = false;
  const work = async () => {
    isBusy = true;
    while (queue.length > 0) {
      const again = await seatGroup(restaurant, queue.splice(0, groupSizeMax));
      // They came first.
      queue.unshift(...again);
    }
    isBusy = false;
  };
  return {
    seat: async (claim) =>
      await new Promise((resolve, reject) => {
        if (queue.length >= queueLengthMax) throw new Overloaded(retryAfterMs);
        queue.push({ claim, searchCount: 1, resolve, reject });
        if (!isBusy) void work();
      }),
  };
}

/** Tells everybody what became of it, but for those who are to look again: them it gives back. */
async function seatGroup(
  restaurant: Restaurant,
  group: readonly Waiting[],
): Promise<readonly Waiting[]> {
  try {
    const claims = group.map(({ claim }) => claim);
    const found = await findTables(restaurant.pool, restaurant.restaurantId, claims);
    const parties = group.flatMap((waiting, place) => admit(restaurant, waiting, found[place]));
    const sent = await sendToTables(restaurant, parties);
    const lost = await Promise.all(sent.map((party) => claimTable(restaurant, party)));
    return lost.flatMap((waiting) => (waiting === null ? [] : lookAgain(waiting)));
  } catch (error) {
    // To those who were told already, this says nothing.
    for (const { reject } of group) reject(error);
    return [];
  }
}

/** A party for which there is a slot. */
interface Party {
  readonly waiting: Waiting;
  readonly found: FoundSlot;
}

/** Nobody, where the party is refused. A retry is no new reservation: the sales know what became of it. */
function admit({ timeZone }: Restaurant, waiting: Waiting, found?: Found): readonly Party[] {
  if (found === undefined) throw new Error('PostgreSQL answered fewer searches than were asked.');
  const { slot } = found;
  const refusal = slot === null ? notOpen(found, timeZone) : refusalIn({ ...found, slot });
  if (refusal !== null) waiting.resolve(refusal);
  return slot === null || refusal !== null ? [] : [{ waiting, found: { ...found, slot } }];

  function refusalIn(open: FoundSlot) {
    return open.isKnown ? null : refusalOf(open, { ...waiting.claim, timeZone });
  }
}

/** A party, and its table. `null`: it needs none, or there is none for it now. */
interface SentParty extends Party {
  readonly table: FreeTable | null;
}

/**
 * In the order of the tables: where transactions of two processes take the same ones in one order, neither
 * waits for the other in a circle.
 */
async function sendToTables(
  { sales }: Restaurant,
  parties: readonly Party[],
): Promise<readonly SentParty[]> {
  const tables = giveTables(
    parties.map(({ found }) => (found.isKnown ? { ...found, tables: [] } : found)),
  );
  if (tables.some((table) => table?.hasLapsedHold === true)) {
    await sales.expire({ claimCountMax: lapsedCountMax });
  }
  return parties
    .map((party, place) => ({ ...party, table: tables[place] ?? null }))
    .toSorted((some, other) => (some.table?.id ?? 0) - (other.table?.id ?? 0));
}

/** Tells the party what became of it. Who is to look again is given back. */
async function claimTable(
  { sales, pool }: Restaurant,
  { waiting, found, table }: SentParty,
): Promise<Waiting | null> {
  const { type, id, guestId: userId, partySize: quantity, at } = waiting.claim;
  if (table === null && !found.isKnown) return waiting;
  const also =
    table === null ? {} : { also: { ...sittingAt(table, found), is_walk_in: at === null } };
  try {
    const outcome = await sales[type]({ itemId: found.slot.id, id, userId, quantity, ...also });
    waiting.resolve(await answer(pool, id, outcome));
  } catch (error) {
    if (isTableTaken(error)) return waiting;
    waiting.reject(error);
  }
  return null;
}

function lookAgain(waiting: Waiting): readonly Waiting[] {
  if (waiting.searchCount < searchCountMax) {
    return [{ ...waiting, searchCount: waiting.searchCount + 1 }];
  }
  waiting.reject(new Overloaded(retryAfterMs));
  return [];
}

/** The further columns of a reservation's row. */
function sittingAt({ id }: FreeTable, { comesAt, goesAt }: Found) {
  const [from, until] = [comesAt, goesAt].map((moment) => new Date(moment).toISOString());
  return { table_id: id, sitting: `[${from},${until})` };
}

/** The key that says that two parties never have one table at once. */
const oneParty = 'one_party_at_a_table';

function isTableTaken(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === oneParty;
}
