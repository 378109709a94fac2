import { randomUUID } from 'node:crypto';
import {
  attemptCountMax,
  CommitContended,
  commit,
  type Database,
  DatabaseUnavailable,
  findBooking,
  findEvent,
  openDatabase,
} from '@holdfast/data';
import { startTcpProxy, type TcpProxy } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  createOf,
  answers,
  eventOnSale,
  expectSound,
  give,
  openFresh,
  reserveBy,
} from './fixture.ts';

/** The statement that takes seats. */
const when = 'holdfast_record_';

let direct: Database;
let url: string;
beforeAll(async () => {
  ({ database: direct, url } = await openFresh());
});
afterAll(async () => {
  await expectSound(direct);
  await direct.close();
});

describe('a wire that breaks', () => {
  let proxy: TcpProxy;
  let database: Database;
  beforeEach(async () => {
    proxy = await startTcpProxy(url);
    database = await openDatabase({ url: proxy.url, poolSizeMax: 3, replyTimeoutMs: 1_000 });
  });
  afterEach(async () => {
    await database.close();
    await proxy[Symbol.asyncDispose]();
  });

  test('before the write has reached the server, is fixed by doing it again', async () => {
    const eventId = await eventOnSale(direct);
    const reserve = reserveBy('ann', { quantity: 2 });
    proxy.cutNext({ cut: 'before_request', when });
    expect(answers([await give(database, eventId, reserve)])).toEqual(['held']);
    expect(proxy.cutCount).toBe(1);
    expect((await findEvent(direct, eventId))?.capacity).toMatchObject({ held: 2 });
  });

  test('after the commit and before its answer, is fixed by reading again: one effect', async () => {
    const eventId = await eventOnSale(direct);
    const { bookingId } = reserveBy('ann');
    proxy.cutNext({ cut: 'before_answer', when });
    const book = { type: 'book', bookingId, userId: 'ann', quantity: 2 } as const;
    expect(answers([await give(database, eventId, book)])).toEqual(['confirmed']);
    expect(proxy.cutCount).toBe(1);
    expect(await findEvent(direct, eventId)).toMatchObject({
      capacity: { total: 10, available: 8, held: 0 },
      version: 2,
    });
  });

  test('again when nothing is left to write, is no new doubt', async () => {
    const eventId = await eventOnSale(direct);
    const again = { cut: 'before_answer', when: 'rollback' } as const;
    proxy.cutNext({ cut: 'before_answer', when }, again);
    expect(answers([await give(database, eventId, reserveBy('ann'))])).toEqual(['held']);
    expect(proxy.cutCount).toBe(2);
    expect((await findEvent(direct, eventId))?.capacity.held).toBe(1);
  });

  test('into silence, is DatabaseUnavailable before all attempts have waited their whole time', async () => {
    const eventId = await eventOnSale(direct);
    const patient = await openDatabase({
      url: proxy.url,
      connectTimeoutMs: 3_000,
      replyTimeoutMs: 3_000,
    });
    await patient.commitPool.query('select 1');
    const connectionCount = proxy.connectionCount;
    proxy.freeze();
    await expect(give(patient, eventId, reserveBy('ann'))).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    );
    // The first attempt had a connection; of the other three only one began.
    expect(proxy.connectionCount).toBe(connectionCount + 1);
    await patient.close();
  });

  test('at the commit of the last seat, still gives it to the one who took it', async () => {
    const eventId = await eventOnSale(direct, { total: 1 });
    proxy.cutNext({ cut: 'before_answer', when });
    const outcomes = await commit(database, eventId, [reserveBy('ann'), reserveBy('bob')]);
    expect(answers(outcomes)).toEqual(['held', 'sold_out']);
  });

  test('at every commit and every reading again, leaves it unknown, and the same id settles it', async () => {
    const eventId = await eventOnSale(direct);
    const reserve = reserveBy('ann');
    proxy.cutNext({ cut: 'before_answer', when, first: () => proxy.cut() });
    expect(await give(database, eventId, reserve)).toEqual({ status: 'unknown' });
    expect(proxy.cutCount).toBe(1);
    proxy.restore();
    expect(answers([await give(database, eventId, reserve)])).toEqual(['held']);
    expect((await findEvent(direct, eventId))?.capacity.held).toBe(1);
  });

  test('leaves all that was decided upon it unknown, too', async () => {
    const eventId = await eventOnSale(direct, { total: 1 });
    const reserve = reserveBy('ann');
    proxy.cutNext({ cut: 'before_request', when, first: () => proxy.cut() });
    const stranger = { type: 'confirm', bookingId: randomUUID(), userId: 'eve' } as const;
    const outcomes = await commit(database, eventId, [
      stranger,
      reserve,
      reserve,
      reserveBy('bob'),
    ]);
    expect(answers(outcomes)).toEqual(['booking_not_found', 'unknown', 'unknown', 'unknown']);
    expect((await findEvent(direct, eventId))?.capacity.available).toBe(1);
  });

  test('at the making of an event, leaves that unknown, and the same id settles it', async () => {
    const eventId = randomUUID();
    const create = createOf(eventId);
    const made = 'holdfast_record_created';
    proxy.cutNext({ cut: 'before_answer', when: made, first: () => proxy.cut() });
    expect(await commit(database, eventId, [create])).toEqual([{ status: 'unknown' }]);
    proxy.restore();
    expect(await commit(database, eventId, [create])).toMatchObject([{ status: 'accepted' }]);
  });

  test('and then meets another fault, is still in doubt', async () => {
    const eventId = await eventOnSale(direct);
    const rename = (from: string, to: string) =>
      direct.pool.query(`alter table ${from} rename to ${to}`);
    proxy.cutNext({ cut: 'before_answer', when, first: () => rename('events', 'events_away') });
    expect(await give(database, eventId, reserveBy('ann'))).toEqual({ status: 'unknown' });
    await rename('events_away', 'events');
    expect((await findEvent(direct, eventId))?.capacity.held).toBe(1);
  });

  test('never turns a command that may have happened into a refusal', async () => {
    const eventId = await eventOnSale(direct, { total: 1 });
    const bookingId = randomUUID();
    await give(direct, eventId, reserveBy('ann', { bookingId }));
    const confirm = { type: 'confirm', bookingId, userId: 'ann' } as const;
    // It is confirmed; before it can be read again, it is cancelled from elsewhere.
    proxy.cutNext({
      cut: 'before_answer',
      when,
      first: () => give(direct, eventId, { ...confirm, type: 'cancel' }),
    });
    expect(await give(database, eventId, confirm)).toEqual({ status: 'unknown' });
  });

  test('before anything is in doubt, is DatabaseUnavailable, and nothing is written', async () => {
    const eventId = await eventOnSale(direct);
    const reserve = reserveBy('ann');
    proxy.cut();
    await expect(give(database, eventId, reserve)).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(findEvent(database, eventId)).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(database.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
    expect(await findBooking(direct, { eventId, bookingId: reserve.bookingId })).toBeNull();
    proxy.restore();
    expect(answers([await give(database, eventId, reserve)])).toEqual(['held']);
  });

  test('while a database is being opened does not matter: it is found when it is there', async () => {
    proxy.cut();
    const early = await openDatabase({ url: proxy.url });
    await expect(early.ping()).rejects.toBeInstanceOf(DatabaseUnavailable);
    proxy.restore();
    await early.ping();
    await early.close();
  });
});

describe('other transactions in the way', () => {
  test('a row lock that is never given back ends in CommitContended, and nothing is written', async () => {
    const eventId = await eventOnSale(direct);
    const database = await openDatabase({ url, lockTimeoutMs: 50 });
    const blocker = await direct.pool.connect();
    await blocker.query('begin');
    await blocker.query('select from events where id = $1 for update', [eventId]);
    const reserve = reserveBy('ann');
    await expect(give(database, eventId, reserve)).rejects.toBeInstanceOf(CommitContended);
    await blocker.query('rollback');
    blocker.release();
    expect(await findBooking(direct, { eventId, bookingId: reserve.bookingId })).toBeNull();
    expect(answers([await give(database, eventId, reserve)])).toEqual(['held']);
    await database.close();
  });

  test.each(['40001', '40P01'])(
    'a transaction that fails with %s is done again whole',
    async (sqlState) => {
      const eventId = await eventOnSale(direct);
      await failNextLedgerInserts(eventId, sqlState, attemptCountMax - 1);
      expect(answers([await give(direct, eventId, reserveBy('ann'))])).toEqual(['held']);
      await failNextLedgerInserts(eventId, sqlState, attemptCountMax);
      await expect(give(direct, eventId, reserveBy('bob'))).rejects.toBeInstanceOf(CommitContended);
      expect((await findEvent(direct, eventId))?.capacity.held).toBe(1);
    },
  );

  test('a server whose disk is full counts as away, and nothing is written', async () => {
    const eventId = await eventOnSale(direct);
    await failNextLedgerInserts(eventId, '53100', attemptCountMax);
    await expect(give(direct, eventId, reserveBy('ann'))).rejects.toBeInstanceOf(
      DatabaseUnavailable,
    );
    expect((await findEvent(direct, eventId))?.capacity.held).toBe(0);
  });

  test('a fault that is nobody else’s is thrown as it is, at once', async () => {
    const eventId = await eventOnSale(direct);
    await failNextLedgerInserts(eventId, 'P0001', 1);
    await expect(give(direct, eventId, reserveBy('ann'))).rejects.toMatchObject({ code: 'P0001' });
  });

  test('a backend that an administrator ends is a broken wire', async () => {
    const eventId = await eventOnSale(direct);
    await direct.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    expect(answers([await give(direct, eventId, reserveBy('ann'))])).toEqual(['held']);
  });
});

/** Makes the next so many inserts into the ledger fail with this SQLSTATE, for one event. */
async function failNextLedgerInserts(eventId: string, sqlState: string, count: number) {
  // A sequence is not rolled back with the transaction that drew from it.
  await direct.pool.query(`
    drop trigger if exists fail_some on ledger;
    drop sequence if exists failures;
    create sequence failures;
    create or replace function fail_some() returns trigger language plpgsql as $$
    begin
      if new.event_id = '${eventId}' and nextval('failures') <= ${count} then
        raise exception using errcode = '${sqlState}', message = 'a fault of the test';
      end if;
      return new;
    end $$;
    create trigger fail_some before insert on ledger for each row execute function fail_some();
  `);
}

test('nobody waits after the last attempt: there is a pause before each of the others alone', async () => {
  const away = await openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
  // The lengths of the pauses, and nothing else there, are random.
  const random = vi.spyOn(Math, 'random').mockReturnValue(0);
  const given = commit(away, randomUUID(), [{ type: 'open', organizerId: 'organizer' }]);
  await expect(given).rejects.toThrow(DatabaseUnavailable);
  expect(random).toHaveBeenCalledTimes(attemptCountMax - 1);
  random.mockRestore();
  await away.close();
});
