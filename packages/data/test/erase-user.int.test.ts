import { Readable } from 'node:stream';
import {
  commitOrders,
  type Database,
  eraseUser,
  findOrder,
  grantTo,
  nothingKnown,
  openDatabase,
  verifyArchive,
} from '@holdfast/data';
import { onOneServer } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventOnSale, expectSound, give, openFresh, reserveBy } from './fixture.ts';
import { archive, archivedLines, closeAndTell, endedEvent, orderOf } from './retired.ts';

let database: Database;
let url: string;
beforeEach(async () => {
  ({ database, url } = await openFresh());
});
afterEach(() => database.close());

/** Nobody can be confused with this one. */
const userId = 'ann "the \\ user" Müller';
const actor = 'privacy desk';

const erase = () => eraseUser(database, { userId, actor });

/** Everything that the database holds, archives decompressed, as one text. */
async function everything(archived: readonly string[] = []): Promise<string> {
  const texts: string[] = [];
  for (const table of [
    'events',
    'bookings',
    'ledger',
    'orders',
    'outbox',
    'removals',
    'erasures',
  ]) {
    const { rows } = await database.pool.query<{ text: string }>(
      `select t::text as text from ${table} t`,
    );
    texts.push(...rows.map(({ text }) => text));
  }
  for (const eventId of archived) texts.push(...(await archivedLines(database, eventId)));
  return texts.join('\n');
}

/** Sold, sold and handed on, offered and taken over: all of it over. */
async function historyOf(user: string): Promise<string> {
  const eventId = await eventOnSale(database, {
    total: 20,
    policy: { activeBookingsPerUserMax: 3 },
  });
  const [kept, given, got] = [reserveBy(user), reserveBy(user), reserveBy('dan')];
  for (const claim of [kept, given, got]) {
    await give(database, eventId, { ...claim, type: 'book' });
  }
  const { bookingId } = given;
  await give(database, eventId, { type: 'transfer', bookingId, userId: user, toUserId: 'bob' });
  await give(database, eventId, { type: 'accept', bookingId, userId: 'bob' });
  const theirs = { bookingId: got.bookingId, userId: 'dan' };
  await give(database, eventId, { ...theirs, type: 'transfer', toUserId: user });
  await give(database, eventId, { type: 'accept', bookingId: got.bookingId, userId: user });
  const adminsActor = { role: 'admin', id: user, reason: 'asked by phone' } as const;
  await give(database, eventId, { ...reserveBy('eve'), type: 'book', actor: adminsActor });
  await give(database, eventId, { ...reserveBy('fay'), type: 'book' });
  await database.pool.query(`update events set date = now() - interval '1 hour' where id = $1`, [
    eventId,
  ]);
  return eventId;
}

test('a user is gone from every row and archive, the audit passes, and nobody else is touched', async () => {
  await historyOf(userId);
  const [stored, ofOthers] = [await historyOf(userId), await endedEvent(database)];
  const ordered = await eventOnSale(database);
  const order = orderOf([ordered], userId);
  await commitOrders(database, [order], nothingKnown);
  await database.pool.query(`update events set date = now() - interval '1 hour' where id = $1`, [
    ordered,
  ]);
  await closeAndTell(database, stored);
  const found = JSON.stringify(userId).slice(1, -1);
  expect(await archive(database, stored)).toMatchObject({ status: 'archived' });
  expect(await archive(database, ofOthers)).toMatchObject({ status: 'archived' });
  expect(await everything([stored])).toContain(found);

  expect(await erase()).toEqual({
    status: 'erased',
    bookingCount: 3,
    ledgerRowCount: 8,
    orderCount: 1,
    archiveCount: 1,
  });
  const after = await everything([stored]);
  expect(after).not.toContain('Müller');
  expect(after).toContain('"user_id":"bob"');
  await expectSound(database);
  const { report } = await verifyArchive(
    database,
    Readable.from(await archivedLines(database, stored)),
  );
  expect(report.violationCount).toBe(0);
  const { order: renamed } = (await findOrder(database, { orderId: order.orderId })) ?? {};
  expect(renamed?.userId).toMatch(/^erased-/);
});

test('it is written down when, by whom and how much, but not whom', async () => {
  await historyOf(userId);
  await erase();
  const { rows } = await database.pool.query('select * from erasures');
  expect(rows).toMatchObject([{ actor, booking_count: 2, order_count: 0, archive_count: 0 }]);
  expect(JSON.stringify(rows)).not.toMatch(/erased-|Müller/);
});

test('twice is harmless, and who comes back afterwards is somebody new', async () => {
  const eventId = await historyOf(userId);
  await erase();
  expect(await erase()).toEqual({
    status: 'erased',
    bookingCount: 0,
    ledgerRowCount: 0,
    orderCount: 0,
    archiveCount: 0,
  });
  const { rows } = await database.pool.query('select from erasures');
  expect(rows).toHaveLength(1);
  expect(await give(database, eventId, reserveBy(userId))).toMatchObject({ status: 'accepted' });
  await expectSound(database);
});

describe('nothing is changed', () => {
  test('while the user has a hold, or is expected at an event', async () => {
    const eventId = await eventOnSale(database);
    const claim = reserveBy(userId);
    await give(database, eventId, claim);
    const bookings = [{ eventId, bookingId: claim.bookingId }];
    expect(await erase()).toEqual({ status: 'active', bookings });
    await give(database, eventId, { type: 'confirm', bookingId: claim.bookingId, userId });
    expect(await erase()).toEqual({ status: 'active', bookings });
    expect(await everything()).toContain('Müller');
    await give(database, eventId, { type: 'cancel', bookingId: claim.bookingId, userId });
    expect(await erase()).toMatchObject({ status: 'erased', bookingCount: 1 });
  });

  test('for an organizer, whom events name', async () => {
    await eventOnSale(database, { organizerId: userId });
    expect(await erase()).toEqual({ status: 'organizer', eventCount: 1 });
  });

  test('by a role that does not own the tables', async () => {
    await historyOf(userId);
    const role = { name: `app_${Date.now()}`, password: 'a long password of a test' };
    await grantTo(database, role);
    const ofRole = new URL(url);
    [ofRole.username, ofRole.password] = [role.name, role.password];
    const app = await openDatabase({ url: ofRole.href });
    await expect(eraseUser(app, { userId, actor })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('permission denied') },
    });
    await app.close();
    expect(await everything()).toContain('Müller');
    await database.pool.query(`drop owned by ${role.name}; drop role ${role.name}`);
  });
});

onOneServer('Citus takes no trigger on the ledger', () => {
  test('outside of an erasure the ledger stays as it is', async () => {
    await historyOf(userId);
    await expect(database.pool.query(`update ledger set user_id = 'x'`)).rejects.toThrow(
      'append-only',
    );
  });
});

test('outside of an erasure the audit finds who changes a name', async () => {
  const eventId = await historyOf(userId);
  await database.pool.query(`update bookings set user_id = 'x' where user_id = $1`, [userId]);
  await closeAndTell(database, eventId);
  expect(await archive(database, eventId)).toMatchObject({ status: 'broken' });
});
