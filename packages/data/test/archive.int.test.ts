import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  audit,
  commitOrders,
  type Database,
  findEvent,
  finishArchive,
  grantTo,
  nothingKnown,
  openDatabase,
  verifyArchive,
} from '@holdfast/data';
import type { Command } from '@holdfast/domain';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freezeEvent } from '../src/retention/freeze-event.ts';
import { writePart } from '../src/retention/archive-parts.ts';
import { commitOne, createOf, eventOnSale, expectSound, openFresh, reserveBy } from './fixture.ts';
import {
  archive,
  archivedLines,
  closeAndTell,
  endedEvent,
  orderOf,
  rowCounts,
  soon,
  tellAll,
} from './retired.ts';

let database: Database;
let url: string;
beforeAll(async () => {
  ({ database, url } = await openFresh());
});
afterAll(() => database.close());

const nothing = { bookings: 0, ledger: 0, outbox: 0 };
const bounds = { rowCountPerRemoval: 2, signal: new AbortController().signal };

describe('an event that is over', () => {
  test('leaves the tables as a whole, and its archive keeps every promise by itself', async () => {
    const eventId = await endedEvent(database);
    const before = await rowCounts(database, eventId);
    expect(await archive(database, eventId)).toMatchObject({ status: 'archived' });
    expect(await rowCounts(database, eventId)).toEqual(nothing);
    await expectSound(database);
    const lines = await archivedLines(database, eventId);
    const { summary, report } = await verifyArchive(database, Readable.from(lines));
    expect(summary).toMatchObject({ counts: { ...before, orders: 0 }, confirmedSeats: 5 });
    expect(report.invariants.flatMap(({ violations }) => violations)).toEqual([]);
    expect(report.invariants.map(({ id }) => id)).toContain('I9');
  });

  test('refuses every command from then on, also under an id that was used, and nothing is written', async () => {
    const eventId = await eventOnSale(database, { date: Date.now() - 1_000 });
    const mine = reserveBy('ann');
    await commitOne<Command>(database, eventId, [{ ...mine, type: 'book' }]);
    await closeAndTell(database, eventId);
    await archive(database, eventId);
    const actor = { role: 'organizer', id: 'organizer', reason: 'late guest' } as const;
    const organizerId = 'organizer';
    const commands: readonly Command[] = [
      { ...mine, type: 'book' },
      { type: 'cancel', bookingId: mine.bookingId, userId: 'ann' },
      { ...reserveBy('eve'), actor },
      { type: 'open', organizerId },
      { type: 'setCapacity', organizerId, total: 99 },
      { type: 'close', organizerId, as: 'cancelled' },
      { type: 'update', organizerId, title: 'New', date: null, saleWindow: null, policy: null },
    ];
    for (const command of commands) {
      const [outcome] = await commitOne(database, eventId, [command]);
      expect(outcome).toEqual({ status: 'refused', reason: 'event_archived' });
    }
    const [again] = await commitOne<Command>(database, eventId, [
      { type: 'open', organizerId: 'rival' },
    ]);
    expect(again).toMatchObject({ reason: 'event_not_found' });
    expect(await rowCounts(database, eventId)).toEqual(nothing);
  });

  test('cannot be written, whatever the code above says', async () => {
    const eventId = await endedEvent(database);
    await archive(database, eventId);
    const write = 'update events set available_seats = 0, version = version + 1 where id = $1';
    await expect(database.pool.query(write, [eventId])).rejects.toThrow('check_event_archived');
  });

  test('is made again under its id by the same create, as before', async () => {
    const eventId = await endedEvent(database);
    const event = await findEvent(database, eventId);
    await archive(database, eventId);
    const create = createOf(eventId, { total: 10, date: event?.date ?? 0 });
    const [same] = await commitOne<Command>(database, eventId, [create]);
    expect(same).toMatchObject({ status: 'accepted', transitions: [] });
    const [other] = await commitOne<Command>(database, eventId, [{ ...create, title: 'Another' }]);
    expect(other).toMatchObject({ reason: 'id_taken' });
  });
});

describe('an event stays in the tables', () => {
  const date = Date.now() - 1_000;

  test('while it can be bought, something is held, or a change was not delivered', async () => {
    const onSale = await eventOnSale(database, { date });
    await tellAll(database);
    expect(await archive(database, onSale)).toEqual({ status: 'alive' });
    const held = await eventOnSale(database, { date });
    const hold = reserveBy('ann');
    await commitOne<Command>(database, held, [hold]);
    await closeAndTell(database, held);
    expect(await archive(database, held)).toEqual({ status: 'alive' });
    const { bookingId, userId } = hold;
    await commitOne<Command>(database, held, [{ type: 'cancel', bookingId, userId }]);
    const untold = await eventOnSale(database, { date });
    const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
    await commitOne<Command>(database, untold, [close]);
    expect(await archive(database, untold)).toEqual({ status: 'alive' });
    await tellAll(database);
    expect(await archive(database, untold)).toMatchObject({ status: 'archived' });
  });

  test('until its date, and its last change, are so long ago', async () => {
    const eventId = await endedEvent(database);
    const endedBefore = Date.now() - 86_400_000;
    expect(await archive(database, eventId, { endedBefore })).toEqual({ status: 'alive' });
    expect(await archive(database, await futureEvent())).toEqual({ status: 'alive' });
  });

  async function futureEvent() {
    const eventId = await eventOnSale(database);
    await closeAndTell(database, eventId);
    return eventId;
  }

  test('where it breaks an invariant', async () => {
    const { database: other } = await openFresh();
    const eventId = await endedEvent(other);
    await other.pool.query(
      'update events set available_seats = available_seats - 1 where id = $1',
      [eventId],
    );
    expect(await archive(other, eventId)).toMatchObject({ status: 'broken' });
    expect((await rowCounts(other, eventId)).bookings).toBe(3);
    await other.close();
  });
});

describe('who is killed while archiving loses nothing', () => {
  test('before the archive is sealed: it begins anew', async () => {
    const eventId = await endedEvent(database);
    await freezeEvent(database, eventId, { endedBefore: soon() });
    await writePart(database, { eventId, part: 1 }, 'half a li');
    await writePart(database, { eventId, part: 7 }, 'of a longer one');
    await expectSound(database);
    await expect(
      database.pool.query('select holdfast_remove_archived($1, 5)', [eventId]),
    ).rejects.toThrow('is not sealed');
    expect(await finishArchive(database, eventId, bounds)).toMatchObject({ status: 'archived' });
    await expectSound(database);
  });

  test('while rows go: the archive counts, and the rest goes next time', async () => {
    const eventId = await endedEvent(database);
    const stopped = new AbortController();
    stopped.abort();
    const { signal } = stopped;
    expect(await archive(database, eventId, { signal })).toEqual({ status: 'stopped' });
    await database.pool.query('select holdfast_remove_archived($1, 1)', [eventId]);
    const { bookings } = await rowCounts(database, eventId);
    expect(bookings).toBe(2);
    await expectSound(database);
    await finishArchive(database, eventId, bounds);
    expect(await rowCounts(database, eventId)).toEqual(nothing);
    await expectSound(database);
  });
});

test('an order leaves with the last of its events', async () => {
  const events = [await eventOnSale(database), await eventOnSale(database)];
  const order = orderOf(events);
  await commitOrders(database, [order], nothingKnown);
  await database.pool.query(
    `update events set date = now() - interval '1 hour' where id = any ($1)`,
    [events],
  );
  for (const eventId of events) await closeAndTell(database, eventId);
  const isThere = async () => {
    const { rowCount } = await database.pool.query('select from orders where id = $1', [
      order.orderId,
    ]);
    return rowCount === 1;
  };
  const [first = '', second = ''] = events.toSorted();
  // The audit goes by the first event of an order, the archives by each.
  expect(await archive(database, second)).toMatchObject({ status: 'archived' });
  expect(await isThere()).toBe(true);
  await expectSound(database);
  await archive(database, first);
  expect(await isThere()).toBe(false);
  await expectSound(database);
  for (const eventId of events) {
    const lines = await archivedLines(database, eventId);
    const { summary, report } = await verifyArchive(database, Readable.from(lines));
    expect(summary.counts.orders).toBe(1);
    expect(report.violationCount).toBe(0);
  }
  const { outcomes } = await commitOrders(database, [order], nothingKnown);
  expect(outcomes).toMatchObject([{ status: 'refused', reason: 'event_archived' }]);
});

describe('I10 finds', () => {
  const flipped = `set_byte(content, 20, get_byte(content, 20) # 1)`;
  test.each([
    [
      'a changed byte',
      `update archive_parts set content = ${flipped} where event_id = $1 and part = 1`,
    ],
    ['a lost part', 'delete from archive_parts where event_id = $1 and part = 2'],
    ['a part too many', `insert into archive_parts values ($1, 9, 'x')`],
    ['a lost archive', 'delete from removals where event_id = $1'],
    ['seats that the archive does not know', 'update events set available_seats = 1 where id = $1'],
    ['a lost event', 'delete from events where id = $1'],
    [
      'a row that came back',
      `insert into ledger (event_id, version, position, type, at, quantity)
       values ($1, 1, 1, 'event_created', now(), 0)`,
    ],
    ['an event that lives again', 'update events set archived_version = null where id = $1'],
  ])('%s', async (_, tamper) => {
    const { database: other } = await openFresh();
    const eventId = await endedEvent(other);
    await archive(other, eventId);
    await expectSound(other);
    await other.pool.query(tamper, [eventId]);
    for (const scope of [eventId, null]) {
      const { invariants } = await audit(other, { eventId: scope });
      const broken = invariants.flatMap(({ id, violations }) =>
        violations.length > 0 ? [id] : [],
      );
      expect(broken).toContain('I10');
    }
    await other.close();
  });
});

describe('of an archive it is found', () => {
  let lines: string[];
  beforeAll(async () => {
    const eventId = await endedEvent(database);
    await archive(database, eventId);
    lines = await archivedLines(database, eventId);
  });
  const verify = (some: readonly string[]) => verifyArchive(database, Readable.from(some));

  test('that a row was taken out, or changed, or the end is missing', async () => {
    expect((await verify(lines)).report.violationCount).toBe(0);
    await expect(verify(lines.toSpliced(2, 1))).rejects.toThrow('SHA-256 of another text');
    const changed = lines.map((line) => line.replace('"seat_count":3', '"seat_count":4'));
    expect(changed).not.toEqual(lines);
    await expect(verify(changed)).rejects.toThrow('SHA-256 of another text');
    await expect(verify(lines.slice(0, -1))).rejects.toThrow('the end is missing');
    await expect(verify(lines.slice(1))).rejects.toThrow('not the first of an archive');
  });

  test('that somebody who knows the format took a sale out of it: its rows break the promises', async () => {
    const isOfBob = (line: string) => line.includes('"user_id":"bob"');
    const forged = lines.slice(0, -1).filter((line) => !isOfBob(line));
    const counts = {
      bookings: rowCount(forged, 'bookings'),
      orders: 0,
      ledger: rowCount(forged, 'ledger'),
      outbox: rowCount(forged, 'outbox'),
    };
    const sha256 = createHash('sha256')
      .update(`${forged.join('\n')}\n`)
      .digest('hex');
    const { report } = await verify([...forged, JSON.stringify({ end: counts, sha256 })]);
    const broken = report.invariants.flatMap(({ id, violations }) =>
      violations.length > 0 ? [id] : [],
    );
    expect(broken).toEqual(expect.arrayContaining(['I2', 'I3', 'I6']));
  });

  const rowCount = (some: readonly string[], table: string) =>
    some.filter((line) => line.startsWith(`{"${table}"`)).length;
});

test('the role of api and worker archives, and can delete nothing else', async () => {
  const role = { name: `app_${Date.now()}`, password: 'a long password of a test' };
  await grantTo(database, role);
  const ofRole = new URL(url);
  [ofRole.username, ofRole.password] = [role.name, role.password];
  const app = await openDatabase({ url: ofRole.href });
  try {
    const [eventId, alive] = [await endedEvent(app), await endedEvent(app)];
    expect(await archive(app, eventId)).toMatchObject({ status: 'archived' });
    await expectSound(app);
    for (const attempt of [
      'delete from ledger',
      'delete from archive_parts',
      'update archive_parts set part = 1',
      'delete from removals',
      `insert into erasures (id) values (gen_random_uuid())`,
      `set holdfast.ledger_exception = 'archived'; delete from ledger`,
    ]) {
      await expect(app.pool.query(attempt)).rejects.toThrow('permission denied');
    }
    const remove = `select holdfast_remove_archived('${alive}', 9)`;
    await expect(app.pool.query(remove)).rejects.toThrow('is not sealed');
    const discard = `select holdfast_discard_archive('${eventId}')`;
    await expect(app.pool.query(discard)).rejects.toThrow('is sealed');
  } finally {
    await app.close();
    await database.pool.query(`drop owned by ${role.name}; drop role ${role.name}`);
  }
});
