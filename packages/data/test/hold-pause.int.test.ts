import { randomUUID } from 'node:crypto';
import {
  commit,
  type Database,
  findBooking,
  listBookingsOfUser,
  openDatabase,
} from '@holdfast/data';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../src/commit/load.ts';
import type { Decided } from '../src/commit/group.ts';
import {
  answers,
  commitAs,
  commitOne,
  createOf,
  eventOnSale,
  expectSound,
  give,
  lapseHolds,
  openFresh,
  reserveBy,
} from './fixture.ts';
import { loadAndDecide, tryRecord } from './race.ts';
import { statementsOf } from './statements-of.ts';

/** Two processes, with pools of their own. */
let here: Database;
let elsewhere: Database;
beforeAll(async () => {
  const fresh = await openFresh({ poolSizeMax: 8 });
  here = fresh.database;
  elsewhere = await openDatabase({ url: fresh.url, poolSizeMax: 8 });
});
afterAll(async () => {
  await Promise.all([here.close(), elsewhere.close()]);
});

const on = { holdPauseMs: 60_000 };
const off = { holdPauseMs: 0 };

const oneSeat = (policy: typeof on) => eventOnSale(here, { total: 1, policy });

/** The first attempt of a claim, as a client gives it. */
async function reserveFirst(database: Database, eventId: string, userId: string): Promise<string> {
  const group = { eventId, commands: [reserveBy(userId)], isFirstAttempt: true };
  const [end] = commitAs(database, [group]);
  return answers((await end)?.outcomes ?? []).join();
}

describe('who holds the only seat, lets it lapse and holds again, before anybody else asks', () => {
  /** Who has the seat after each of four lapses. */
  async function attack(policy: typeof on): Promise<string[]> {
    const eventId = await oneSeat(policy);
    await reserveFirst(here, eventId, 'mallory');
    const holders: string[] = [];
    for (const waiter of ['ann', 'bob', 'cat', 'dan']) {
      await lapseHolds(here, eventId);
      const asked = { mallory: await reserveFirst(here, eventId, 'mallory'), [waiter]: '' };
      asked[waiter] = await reserveFirst(elsewhere, eventId, waiter);
      holders.push(...Object.keys(asked).filter((user) => asked[user] === 'held'));
    }
    await lapseHolds(here, eventId);
    await commitOne(here, eventId, [{ type: 'expire', bookingCountMax: 9 }]);
    await expectSound(here);
    return holders;
  }

  test('leaves it to somebody else in each of four rounds, where the policy has a pause', async () => {
    expect(await attack(on)).toEqual(['ann', 'bob', 'cat', 'dan']);
  });

  test('keeps it in each of four rounds where it has none', async () => {
    expect(await attack(off)).toEqual(['mallory', 'mallory', 'mallory', 'mallory']);
  });

  test('may replace the hold as often as they like, which makes it no longer', async () => {
    const eventId = await oneSeat(on);
    await reserveFirst(here, eventId, 'mallory');
    const replacement = () => reserveBy('mallory', { replace: true });
    const first = await give(elsewhere, eventId, replacement());
    const second = await give(here, eventId, replacement());
    const expiryOf = (outcome: typeof first) =>
      outcome.status === 'accepted' && outcome.booking.status === 'held'
        ? outcome.booking.expiresAt
        : null;
    expect(expiryOf(first)).not.toBeNull();
    expect(expiryOf(second)).toBe(expiryOf(first));
    await lapseHolds(here, eventId);
    expect(answers([await give(here, eventId, replacement())])).toEqual(['hold_paused']);
    await commitOne(here, eventId, [{ type: 'expire', bookingCountMax: 9 }]);
    await expectSound(here);
  });

  test('does not get it by a storm of calls from two processes either', async () => {
    const eventId = await oneSeat(on);
    await reserveFirst(here, eventId, 'mallory');
    await lapseHolds(here, eventId);
    const storm = Array.from({ length: 60 }, (_, index) =>
      reserveFirst(index % 2 === 0 ? here : elsewhere, eventId, 'mallory'),
    );
    const ann = reserveFirst(elsewhere, eventId, 'ann');
    expect(await ann).toBe('held');
    expect(new Set(await Promise.all(storm))).toEqual(new Set(['hold_paused']));
  });

  test('gets nothing by giving it back before it lapses', async () => {
    const eventId = await oneSeat(on);
    const reserve = reserveBy('mallory');
    await give(here, eventId, reserve);
    await give(elsewhere, eventId, { ...reserve, type: 'cancel' });
    expect(await reserveFirst(here, eventId, 'mallory')).toBe('hold_paused');
    expect(answers([await give(here, eventId, reserve)])).toEqual(['cancelled']);
    expect(await reserveFirst(here, eventId, 'ann')).toBe('held');
  });

  test('gets nothing by taking and giving back in one group', async () => {
    const eventId = await oneSeat(on);
    const reserve = reserveBy('mallory');
    const outcomes = await commitOne(here, eventId, [
      reserve,
      { type: 'cancel', bookingId: reserve.bookingId, userId: 'mallory' },
      reserveBy('mallory'),
    ]);
    expect(answers(outcomes)).toEqual(['held', 'cancelled', 'hold_paused']);
    expect(await reserveFirst(elsewhere, eventId, 'mallory')).toBe('hold_paused');
    await expectSound(here);
  });
});

describe('a hold that lapsed', () => {
  test('expired when it lapsed, before and after it is swept', async () => {
    const eventId = await oneSeat(on);
    const { bookingId, ...reserve } = reserveBy('ann');
    await give(here, eventId, { ...reserve, bookingId });
    await lapseHolds(here, eventId);
    const unswept = await findBooking(here, { eventId, bookingId });
    await commitOne(here, eventId, [{ type: 'expire', bookingCountMax: 1 }]);
    expect(await findBooking(here, { eventId, bookingId })).toEqual(unswept);
    expect(await reserveFirst(here, eventId, 'ann')).toBe('hold_paused');
    // As if the pause were over since the lapse, but not since the sweep.
    const move = (by: string) =>
      here.pool.query(
        `update bookings set hold_ended_at = hold_ended_at + $1::interval where id = $2`,
        [by, bookingId],
      );
    await move('-1 minute');
    expect(await reserveFirst(here, eventId, 'ann')).toBe('held');
    await move('1 minute');
  });

  test('was sold, and is then returned, asks for no pause', async () => {
    const eventId = await oneSeat(on);
    const { bookingId, userId } = reserveBy('ann');
    await give(here, eventId, reserveBy(userId, { bookingId }));
    await give(here, eventId, { type: 'confirm', bookingId, userId });
    await give(here, eventId, { type: 'cancel', bookingId, userId });
    expect(await reserveFirst(here, eventId, userId)).toBe('held');
    await expectSound(here);
  });

  test('at another event asks for no pause here', async () => {
    const [one, another] = [await oneSeat(on), await oneSeat(on)];
    await give(here, one, reserveBy('ann'));
    await lapseHolds(here, one);
    expect(await reserveFirst(here, another, 'ann')).toBe('held');
  });
});

describe('an event whose policy has a pause', () => {
  test('is read, and never decided from memory', async () => {
    const [pausing, other] = [await oneSeat(on), await oneSeat(off)];
    const statements = (eventId: string) =>
      statementsOf(here, () => reserveFirst(here, eventId, 'ann'));
    expect(await statements(pausing)).toEqual(['load_one', 'record_organized']);
    expect(await statements(other)).toEqual(['record_claims_of_one']);
  });

  /** The pause is new, and only the other process knows of it. */
  async function pauseBehindItsBack(): Promise<string> {
    const eventId = await oneSeat(off);
    await reserveFirst(here, eventId, 'ann');
    await lapseHolds(here, eventId);
    await commitOne(here, eventId, [{ type: 'expire', bookingCountMax: 1 }]);
    const { policy } = createOf(eventId);
    await commit(elsewhere, eventId, [
      {
        type: 'update',
        organizerId: 'organizer',
        title: null,
        date: null,
        saleWindow: null,
        policy: { ...policy, ...on },
      },
    ]);
    return eventId;
  }

  test('is so for a process, too, that remembers it without', async () => {
    const eventId = await pauseBehindItsBack();
    const ask = () => reserveFirst(here, eventId, 'ann');
    expect(await statementsOf(here, ask)).toEqual(['record_claims_of_one', 'load_one']);
    expect(await ask()).toBe('hold_paused');
  });
});

describe('the guard of a claim where the policy has a pause', () => {
  /** A claim of a user of whom nothing was known, and who has since held and given back. */
  async function staleClaim(): Promise<Decided> {
    const eventId = await oneSeat(on);
    const stale = await loadAndDecide(here, eventId, [reserveBy('mallory')]);
    const { bookingId, ...reserve } = reserveBy('mallory');
    await give(elsewhere, eventId, { ...reserve, bookingId });
    await give(elsewhere, eventId, { type: 'cancel', bookingId, userId: 'mallory' });
    return stale;
  }

  test('stops it after a hold that ended meanwhile', async () => {
    expect(await tryRecord(here, await staleClaim())).toEqual({ lost: true });
  });

  test('taken out, lets it hold on', async () => {
    const stale = await staleClaim();
    const reliance = { ...stale.group.reliance, everything: false };
    const unguarded = { ...stale, group: { ...stale.group, reliance } };
    expect(await tryRecord(here, unguarded)).toMatchObject({ held: 1 });
  });

  test('lets many callers of two processes sell every seat, and not one more', async () => {
    const eventId = await eventOnSale(here, { total: 30, policy: on });
    const found = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        reserveFirst(index % 2 === 0 ? here : elsewhere, eventId, `user ${index}`),
      ),
    );
    expect(found.filter((answer) => answer === 'held')).toHaveLength(30);
    expect(found.filter((answer) => answer === 'sold_out')).toHaveLength(50);
    await expectSound(here);
  });
});

describe('the load of a claim', () => {
  /** So many holds of one user ended here, and as many at another event. */
  const endedCount = 3_000;

  async function endedHolds(policy: typeof on): Promise<{ eventId: string; userId: string }> {
    const [eventId, userId] = [await oneSeat(policy), randomUUID()];
    for (const event of [eventId, randomUUID()]) {
      await here.pool.query(
        `insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at,
           created_at, hold_ended_at)
         select $1, gen_random_uuid(), $2, 1, 1, 'cancelled', now(), now(),
           now() - n * interval '1 ms'
         from generate_series(1, ${endedCount}) n`,
        [event, userId],
      );
    }
    await here.pool.query('vacuum analyze bookings');
    return { eventId, userId };
  }

  /** The bookings that a claim gets to see, and how many rows were read through which index. */
  async function seenBy({ eventId, userId }: { eventId: string; userId: string }) {
    const client = await here.commitPool.connect();
    try {
      const rowsRead = async () => {
        await client.query('select pg_stat_force_next_flush()');
        const { rows } = await client.query<{ name: string; rows: number }>(
          `select indexrelname as name, idx_tup_read::int as rows from pg_stat_user_indexes
           where relname = 'bookings'`,
        );
        return new Map(rows.map(({ name, rows: count }) => [name, count]));
      };
      const before = await rowsRead();
      const [loaded] = await load(client, [{ eventId, commands: [reserveBy(userId)] }]);
      const after = await rowsRead();
      let rowCount = 0;
      for (const [name, count] of after) rowCount += count - (before.get(name) ?? 0);
      return { seenCount: loaded?.state.bookings.size, rowCount };
    } finally {
      client.release();
    }
  }

  test("reads one ended hold of its user's thousands, where there is a pause", async () => {
    const seen = await seenBy(await endedHolds(on));
    expect(seen.seenCount).toBe(1);
    expect(seen.rowCount).toBeGreaterThanOrEqual(1);
    expect(seen.rowCount).toBeLessThanOrEqual(5);
  });

  test('reads none of them where there is none', async () => {
    const seen = await seenBy(await endedHolds(off));
    expect(seen.seenCount).toBe(0);
    expect(seen.rowCount).toBeLessThanOrEqual(5);
  });

  test('leaves the lists of their user as they are', async () => {
    const { userId } = await endedHolds(on);
    const { items } = await listBookingsOfUser(here, { userId, after: null, limit: 100 });
    expect(items).toHaveLength(100);
  });
});
