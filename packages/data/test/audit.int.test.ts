import { randomUUID } from 'node:crypto';
import {
  audit,
  auditNext,
  commit,
  commitOrders,
  type Database,
  nothingKnown,
} from '@holdfast/data';
import { onOneServer } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOnSale, give, openFresh, reserveBy, unlockLedger } from './fixture.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
  // What the database itself would refuse is let in here, so that the audit has something to find.
  for (const change of [
    `alter table events drop constraint check_seats_positive, drop constraint check_seats_valid,
       drop constraint check_held_valid`,
    'drop index ix_bookings_user_event',
    'drop index ix_ledger_booking_stage',
  ]) {
    // One at a time: to its nodes Citus passes on all that it was given.
    await database.pool.query(change);
  }
  await unlockLedger(database);
});
afterAll(() => database.close());

/** An event with a hold and a sale. */
async function soldSome(): Promise<string> {
  const eventId = await eventOnSale(database, { total: 10 });
  await give(database, eventId, reserveBy('ann', { quantity: 2 }));
  await commit(database, eventId, [
    { type: 'book', bookingId: randomUUID(), userId: 'bob', quantity: 3 },
  ]);
  return eventId;
}

/** Which invariants the audit finds broken for an event. */
async function broken(eventId: string): Promise<string[]> {
  const { invariants } = await audit(database, { eventId });
  return invariants.flatMap(({ id, violations }) => (violations.length > 0 ? [id] : []));
}

test('a healthy event has no violation', async () => {
  expect(await broken(await soldSome())).toEqual([]);
});

test.each([
  ['I1', 'seats below nothing', `update events set available_seats = -1 where id = $1`],
  [
    'I1',
    'a number beyond all seats',
    `update events set available_seats = 2147483647 where id = $1`,
  ],
  ['I2', 'a lost seat', `update events set available_seats = available_seats - 1 where id = $1`],
  ['I2', 'a deleted booking', `delete from bookings where event_id = $1 and status = 'confirmed'`],
  ['I2', 'a booking without its event', `delete from events where id = $1`],
  ['I3', 'a changed ledger', `update ledger set quantity = 4 where event_id = $1 and quantity = 3`],
  ['I3', 'a status that nobody gave', `update events set status = 'closed' where id = $1`],
  ['I3', 'an event that changed hands', `update events set organizer_id = 'eve' where id = $1`],
  ['I3', 'a policy that nobody made', `update events set hold_duration_ms = 1 where id = $1`],
  ['I3', 'a pause that nobody made', `update events set hold_pause_ms = 1 where id = $1`],
  ['I3', 'a deadline that nobody set', `update events set cancel_deadline_ms = 1 where id = $1`],
  [
    'I3',
    'a change that no organizer made',
    `update events set organized_version = organized_version + 1 where id = $1`,
  ],
  [
    'I3',
    'an event that nobody called off',
    `update events set status = 'cancelled', cancelled_at = now() where id = $1`,
  ],
  ['I3', 'a lost ledger', `delete from ledger where event_id = $1`],
  [
    'I4',
    'a booking that stands elsewhere than its ledger says',
    `update bookings set status = 'cancelled', expires_at = null
     where event_id = $1 and status = 'held'`,
  ],
  [
    'I4',
    'a booking that was given to somebody else',
    `update bookings set user_id = 'eve' where event_id = $1 and status = 'confirmed'`,
  ],
  [
    'I4',
    'a hold that lasts longer than its ledger says',
    `update bookings set expires_at = now() + interval '1 hour' where event_id = $1 and status = 'held'`,
  ],
  [
    'I4',
    'a ledger that does not say when a quantity changed',
    `insert into ledger (event_id, version, position, type, at, booking_id, user_id, ordinal, quantity, from_status)
     select event_id, version, 99, 'booking_cancelled', at, booking_id, user_id, ordinal, 3, 'confirmed'
     from ledger where event_id = $1 and quantity = 3;
     update ledger set quantity = 4 where event_id = $1 and quantity = 3 and position <> 99`,
  ],
  [
    'I4',
    'seats that changed hands between bookings',
    `update bookings set seat_count = 5 - seat_count where event_id = $1`,
  ],
  [
    'I4',
    'a booking that was confirmed twice',
    `insert into ledger (event_id, version, position, type, at, booking_id, quantity)
     select event_id, version, 99, type, at, booking_id, 0 from ledger
     where event_id = $1 and type = 'booking_confirmed'`,
  ],
  [
    'I5',
    'a user with more bookings than the policy allows',
    `update bookings set user_id = 'ann', ordinal = 2 where event_id = $1 and user_id = 'bob'`,
  ],
  ['I6', 'a gap in the feed', `delete from outbox where event_id = $1 and version = 2`],
  ['I6', 'a feed that tells other numbers', `update outbox set held_seats = 0 where event_id = $1`],
  ['I6', 'a version without its ledger', `delete from ledger where event_id = $1 and version = 2`],
  ['I6', 'a version that nobody was told of', `update events set version = 9 where id = $1`],
  [
    'I7',
    'a hold that was never swept',
    `update bookings set expires_at = now() - interval '6 seconds'
     where event_id = $1 and status = 'held'`,
  ],
  [
    'I7',
    'a sale of an event that was called off and never swept',
    `update events set status = 'cancelled', cancelled_at = now() - interval '61 seconds'
     where id = $1`,
  ],
  [
    'I8',
    'a change that was passed over',
    `update outbox set delivered_at = now() where event_id = $1 and version = 2`,
  ],
])('%s finds %s', async (id, _, tamper) => {
  const eventId = await soldSome();
  for (const statement of tamper.split(';')) await database.pool.query(statement, [eventId]);
  expect(await broken(eventId)).toContain(id);
  const all = await audit(database, { eventId: null });
  expect(all.violationCount).toBeGreaterThan(0);
});

test.each([
  ['ended later than its ledger says', `now() + interval '1 second'`],
  ['ended, and does not say so', 'null'],
])('I4 finds a hold that %s', async (_, endedAt) => {
  const eventId = await soldSome();
  const { bookingId, userId } = reserveBy('eve');
  await give(database, eventId, reserveBy(userId, { bookingId }));
  await give(database, eventId, { type: 'cancel', bookingId, userId });
  expect(await broken(eventId)).toEqual([]);
  await database.pool.query(`update bookings set hold_ended_at = ${endedAt} where id = $1`, [
    bookingId,
  ]);
  expect(await broken(eventId)).toEqual(['I4']);
});

test('I4 finds a booking that something else has ended than its ledger says', async () => {
  const eventId = await soldSome();
  await give(database, eventId, reserveBy('eve'));
  await give(database, eventId, reserveBy('eve', { replace: true }));
  expect(await broken(eventId)).toEqual([]);
  const tamper = `update bookings set cancelled_by = 'user' where event_id = $1 and cancelled_by = 'replacement'`;
  await database.pool.query(tamper, [eventId]);
  expect(await broken(eventId)).toEqual(['I4']);
});

test.each([
  [
    'with a line that was never written',
    `delete from ledger where booking_id = $1 and quantity = 2`,
  ],
  [
    'that says other seats than were taken',
    `update orders set seat_counts = '{1,1}' where id = $1`,
  ],
  [
    'placed at another time than its bookings',
    `update ledger set at = now() where booking_id = $1`,
  ],
])('I9 finds an order %s', async (_, tamper) => {
  const [orderId, first] = [randomUUID(), await eventOnSale(database)];
  const lines = [first, await soldSome()].map((eventId, index) => ({
    eventId,
    quantity: index + 1,
  }));
  const order = { type: 'placeOrder', orderId, userId: 'olga', as: 'confirmed', lines } as const;
  await commitOrders(database, [order], nothingKnown);
  expect(await broken(first)).toEqual([]);
  await database.pool.query(tamper, [orderId]);
  expect(await broken(first)).toContain('I9');
});

test('I3 and I4 find a changed quantity that its ledger tells otherwise', async () => {
  const eventId = await eventOnSale(database, { total: 10 });
  const sale = { type: 'book', bookingId: randomUUID(), userId: 'ann', quantity: 3 } as const;
  await give(database, eventId, sale);
  await give(database, eventId, { ...sale, type: 'changeQuantity', quantity: 1 });
  expect(await broken(eventId)).toEqual([]);
  await database.pool.query(
    `update ledger set facts = jsonb_set(facts, '{before,quantity}', '4')
     where event_id = $1 and type = 'booking_quantity_changed'`,
    [eventId],
  );
  expect(await broken(eventId)).toEqual(['I3', 'I4']);
});

/** Every part of one turn. */
async function partsOf(weightMax: number) {
  const parts = [];
  let after: string | null = null;
  do {
    const part = await auditNext(database, { after, weightMax });
    parts.push(part);
    after = part.next;
  } while (after !== null);
  return parts;
}

test('part by part, each event is looked at once, and what belongs to none is found, too', async () => {
  await database.pool.query('truncate events, bookings, ledger, outbox, orders');
  const ids = [];
  for (let count = 0; count < 5; count += 1) ids.push(await soldSome());
  ids.sort();
  const sound = await partsOf(1);
  expect(sound.map(({ next }) => next)).toEqual([...ids.slice(0, 4), null]);
  expect(sound.map(({ violationCount }) => violationCount)).toEqual([0, 0, 0, 0, 0]);
  // A hold, a sale, the making and the opening: 4 commits and 5 seats each.
  const bySize = await partsOf(18);
  expect(bySize.map(({ next }) => next)).toEqual([ids[1], ids[3], null]);
  expect(await partsOf(1_000_000)).toHaveLength(1);

  await database.pool.query('delete from events where id = $1 or id = $2', [ids[2], ids[4]]);
  const orphaned = await partsOf(1);
  expect(orphaned).toHaveLength(3);
  const found = JSON.stringify(orphaned);
  expect(found).toContain(ids[2]);
  expect(found).toContain(ids[4]);
});

onOneServer('there each node plans for its own rows', () => {
  test('a part reads its own rows by the primary keys, and not the tables', async () => {
    await database.pool.query('truncate events, bookings, ledger, outbox, orders');
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push(await soldSome());
    const [first = '', second = ''] = ids.toSorted();
    await database.pool.query(
      `insert into bookings (event_id, id, user_id, ordinal, seat_count, status, changed_at, created_at)
     select $1, gen_random_uuid(), 'many', n, 1, 'cancelled', now(), now() from generate_series(1, 20000) n`,
      [ids.toSorted()[2]],
    );
    await database.pool.query('analyze bookings');
    const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(
      `explain select * from bookings
     where ($1::uuid is null or event_id = $1)
       and ($2::uuid is null or event_id > $2) and ($3::uuid is null or event_id <= $3)`,
      [null, first, second],
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join(' ');
    expect(plan).toContain('Index');
    expect(plan).not.toContain('Seq Scan');
  });
});
