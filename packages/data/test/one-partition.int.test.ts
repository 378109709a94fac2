import { randomUUID } from 'node:crypto';
import {
  commitOrders,
  type Database,
  findBooking,
  findBookingHistory,
  findEvent,
  findEventNow,
  findOrder,
  listBookingsOfEvent,
  openDatabase,
  readFeed,
  readSeatsBySecond,
} from '@holdfast/data';
import type { Command } from '@holdfast/domain';
import { explainingOptions, onOneServer, partitionByEvent } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { load } from '../src/commit/load.ts';
import { lockEvent } from '../src/commit/lock-event.ts';
import { record, recordMany } from '../src/record/record.ts';
import { claimsRoutine, routines } from '../src/record/routines.ts';
import {
  answers,
  commitAs,
  commitOne,
  createOf,
  eventOnSale,
  expectSound,
  give,
  knownTo,
  lapseHolds,
  openFresh,
  reserveBy,
} from './fixture.ts';
import { loadAndDecide } from './race.ts';
import { namesOfPlan, readBy, type Sent, sentDuring } from './sent.ts';

/** Partitions stand in for the shards of a distributed database: see docs/distributed.md. */
let whole: Database;
/** The same, taken for distributed: what a commit then sends must be right here, too. */
let distributed: Database;
/** PostgreSQL tells of every plan that it has run. */
let explaining: Database;
onOneServer('partitions of one server stand in for nodes', () => {
  beforeAll(async () => {
    const fresh = await openFresh({ poolSizeMax: 5, readCountMax: 3 });
    whole = fresh.database;
    await whole.pool.query(partitionByEvent());
    for (const { create } of routines) await whole.pool.query(create);
    const layout = { isDistributed: true };
    distributed = { ...whole, layout };
    const url = new URL(fresh.url);
    url.searchParams.set(
      'options',
      `${explainingOptions} -c auto_explain.log_nested_statements=on`,
    );
    explaining = { ...(await openDatabase({ url: url.href })), layout };
  });
  afterAll(() => Promise.all([whole.close(), explaining.close()]));

  const organizer = { organizerId: 'organizer' } as const;

  /** Every kind of commit of one event, and every read of one. */
  async function everythingOfOne(database: Database): Promise<void> {
    const policy = { holdExtensionMaxMs: 60_000, activeBookingsPerUserMax: 3, holdPauseMs: 1 };
    const create = createOf(randomUUID(), { total: 100, policy });
    const { eventId } = create;
    await commitOne<Command>(database, eventId, [create, { type: 'open', ...organizer }]);
    // Is it the same event? And what was sold is not forgotten when a policy changes.
    await commitOne<Command>(database, eventId, [create]);
    const relaxed = { ...create.policy, holdPauseMs: 0 };
    const nothingElse = { title: null, date: null, saleWindow: null };
    await commitOne<Command>(database, eventId, [
      { type: 'update', ...organizer, ...nothingElse, policy: relaxed },
    ]);
    const hold = reserveBy('ann');
    await give(database, eventId, hold);
    await Promise.all(
      commitAs(database, [{ eventId, commands: [reserveBy('bob')], isFirstAttempt: true }]),
    );
    const { bookingId } = hold;
    for (const type of ['extend', 'confirm', 'cancel'] as const) {
      await give(database, eventId, { type, bookingId, userId: 'ann' });
    }
    await lapseHolds(database, eventId);
    await commitOne<Command>(database, eventId, [{ type: 'expire', bookingCountMax: 10 }]);
    await give(database, eventId, { ...reserveBy('eve'), type: 'book' });
    await locked(database, eventId);
    await readsOfOne(database, eventId, bookingId);
    await commitOne<Command>(database, eventId, [{ type: 'close', ...organizer, as: 'cancelled' }]);
    await commitOne<Command>(database, eventId, [{ type: 'expire', bookingCountMax: 10 }]);
  }

  /** As a commit does from its second attempt on. */
  async function locked({ commitPool }: Database, eventId: string): Promise<void> {
    const client = await commitPool.connect();
    await client.query('begin');
    await lockEvent(client, eventId);
    await client.query('rollback');
    client.release();
  }

  async function readsOfOne(database: Database, eventId: string, bookingId: string): Promise<void> {
    await findEvent(database, eventId);
    await findEventNow(database, eventId);
    await findBooking(database, { eventId, bookingId });
    expect(await findBookingHistory(database, { eventId, bookingId })).toHaveLength(4);
    const page = { eventId, after: null, limit: 10 };
    await listBookingsOfEvent(database, page);
    await listBookingsOfEvent(database, { ...page, status: 'held' });
    await listBookingsOfEvent(database, { ...page, userId: 'ann' });
    await readFeed(database, { eventId, afterVersion: 0, limit: 10 });
    await readSeatsBySecond(database, { eventId, sinceMs: 1_000 });
  }

  const ofOneAndBoth = [
    'booking_by_id',
    'booking_history',
    'bookings_of_event',
    'bookings_of_event_and_status',
    'bookings_of_event_and_user',
    'changes_after',
    'event_by_id',
    'event_now',
    'load_called_off',
    'load_creation',
    'load_one',
    'lock_event',
    'seats_by_second',
  ];

  const nameOf = ({ name }: Pick<Sent, 'name'>) => name.replace('holdfast_', '');

  const layouts = [
    [
      'whole',
      () => whole,
      ['record_claims_of_one', 'record_created', 'record_organized', 'record_sold_one'],
    ],
    ['distributed', () => distributed, routines.map(nameOf)],
  ] as const;

  /** Of each statement, the partitions that it looks into: their numbers, by its name. */
  async function partitionsOf(sent: readonly Sent[]): Promise<ReadonlyMap<string, Set<string>>> {
    const byName = new Map<string, Set<string>>();
    for (const each of sent) {
      const partitions = numbersOf(await readBy(whole, each));
      byName.set(nameOf(each), new Set([...(byName.get(nameOf(each)) ?? []), ...partitions]));
    }
    return byName;
  }

  /** From `insert into` to the first value, which is of the event's id. */
  const intoFirstValue = /insert into \w+ \([^)]*\)\s+(?:select|values \()\s*[^,]+/g;

  describe.each(layouts)('on tables taken for %s', (_, opened, own) => {
    test('each statement of one event looks into its partition and no other, planned for its values or for any', async () => {
      const sent = await sentDuring(() => everythingOfOne(opened()));
      expect([...new Set(sent.map(nameOf))].toSorted()).toEqual(
        [...ofOneAndBoth, ...own].toSorted(),
      );
      // What a routine looks into is seen when it runs.
      const partitions = await partitionsOf(
        sent.filter(({ text }) => !/ from holdfast_/.test(text)),
      );
      expect([...partitions].filter(([, numbers]) => numbers.size !== 1)).toEqual([]);
      await expectSound(whole);
    });
  });

  test('what a statement of one event inserts names the event by its id, and not by a row', async () => {
    const sent = await sentDuring(() => everythingOfOne(whole));
    const texts = [...sent.map(({ text }) => text), ...routines.map(({ create }) => create)];
    const inserts = texts.flatMap((text) => text.match(intoFirstValue) ?? []);
    expect(inserts.length).toBeGreaterThan(2 * routines.length);
    for (const insert of inserts) expect(insert).toMatch(/\$\d+::uuid$/);
  });

  test('within a routine, each statement looks into the partition of its event and no other', async () => {
    const told = partitionsToldBy(explaining);
    await everythingOfOne(explaining);
    expect(told.length).toBeGreaterThan(30);
    expect(told.filter((numbers) => numbers.size > 1)).toEqual([]);
    await explaining.commitPool.query(`select from bookings where user_id = 'ann'`);
    // Negative control: a statement that does not name the event.
    expect(told.at(-1)).toEqual(new Set(['0', '1', '2']));
    await expectSound(whole);
  });

  /** Grows: of each plan that a connection of commits has run, the partitions that it looked into. */
  function partitionsToldBy({ commitPool }: Database): readonly Set<string>[] {
    const told: Set<string>[] = [];
    commitPool.on('connect', (client) =>
      client.on('notice', ({ message = '' }) => {
        const [, json] = /plan:\n(\{[\s\S]*\})$/.exec(message) ?? [];
        if (json !== undefined) told.push(numbersOf(namesOfPlan(json)));
      }),
    );
    return told;
  }

  const numbersOf = (tables: readonly string[]) =>
    new Set(tables.flatMap((table) => /_(\d)$/.exec(table)?.[1] ?? []));

  test('negative control: the forms for several events look into all partitions, even for one event', async () => {
    const eventId = await eventOnSale(whole);
    const hold = reserveBy('ann');
    const sent = await sentDuring(async () => {
      await load(whole.commitPool, [
        { eventId, commands: [hold] },
        { eventId: randomUUID(), commands: [] },
      ]);
      await recordMany(whole.commitPool, [await loadAndDecide(whole, eventId, [hold])]);
      const confirm = { type: 'confirm', bookingId: hold.bookingId, userId: 'ann' } as const;
      await recordMany(whole.commitPool, [await loadAndDecide(whole, eventId, [confirm])]);
    });
    const partitions = await partitionsOf(sent.filter((each) => nameOf(each).endsWith('_many')));
    expect(Object.fromEntries(partitions)).toEqual({
      load_many: new Set(['0', '1', '2']),
      record_claims_of_many: new Set(['0', '1', '2']),
      record_sold_many: new Set(['0', '1', '2']),
    });
  });

  describe('where tables are distributed', () => {
    const claims = nameOf(claimsRoutine);

    test('groups of several events go one by one', async () => {
      const eventIds = [await eventOnSale(distributed), await eventOnSale(distributed)];
      const groups = eventIds.map((eventId) => ({
        eventId,
        commands: [reserveBy('ann')],
        isFirstAttempt: true,
      }));
      const sent = await sentDuring(() => Promise.all(commitAs(distributed, groups)));
      expect(sent.map(nameOf)).toEqual([claims, claims]);
      await expectSound(whole);
    });

    test("an event is decided from memory by the clock of its own server, and no other's", async () => {
      const [one, other] = [await eventOnSale(distributed), await eventOnSale(distributed)];
      const first = (eventId: string) => ({
        eventId,
        commands: [reserveBy(randomUUID())],
        isFirstAttempt: true,
      });
      const sentFor = async (eventId: string) => {
        const commit = () => Promise.all(commitAs(distributed, [first(eventId)]));
        return (await sentDuring(commit)).map(nameOf);
      };
      const { clockOf } = knownTo(distributed);
      clockOf(other).observe(0, 0);
      expect(await sentFor(one)).toEqual([claims]);
      expect(await sentFor(other)).toEqual(['load_one', claims]);
    });

    test('an order locks, reads and writes its events one by one, and is found again', async () => {
      const eventIds = await Promise.all(Array.from({ length: 4 }, () => eventOnSale(distributed)));
      const orderId = randomUUID();
      const lines = eventIds.map((eventId) => ({ eventId, quantity: 2 }));
      const order = { type: 'placeOrder', orderId, userId: 'ann', as: 'held', lines } as const;
      let outcomes: readonly unknown[] = [];
      const sent = await sentDuring(async () => {
        ({ outcomes } = await commitOrders(distributed, [order], knownTo(distributed)));
        expect(await findOrder(distributed, { orderId })).toMatchObject({
          order: { id: orderId, lines },
        });
      });
      expect(outcomes).toMatchObject([{ status: 'accepted' }]);
      const locks = sent
        .filter((each) => nameOf(each) === 'lock_event')
        .map(({ values }) => values?.[0]);
      expect(locks).toEqual(eventIds.toSorted());
      for (const each of sent.filter((one) => /^(?:lock|load|booking)_/.test(nameOf(one)))) {
        expect([nameOf(each), (await partitionsOf([each])).get(nameOf(each))?.size]).toEqual([
          nameOf(each),
          1,
        ]);
      }
      await expectSound(whole);
    });

    test('a booking that has changed meanwhile stops the whole write', async () => {
      const eventId = await eventOnSale(distributed);
      const hold = reserveBy('ann');
      await give(distributed, eventId, hold);
      const confirm = { type: 'confirm', bookingId: hold.bookingId, userId: 'ann' } as const;
      const stale = await loadAndDecide(distributed, eventId, [confirm, reserveBy('bob')]);
      expect(answers([await give(distributed, eventId, { ...confirm, type: 'cancel' })])).toEqual([
        'cancelled',
      ]);
      const late = record(whole.pool, stale, distributed.layout);
      await expect(late).rejects.toMatchObject({ code: 'HF001' });
      await expectSound(whole);
    });
  });
});
