import { randomUUID } from 'node:crypto';
import {
  type BookingOutcome,
  type Database,
  findEvent,
  type GivenGroup,
  openDatabase,
} from '@holdfast/data';
import type { BookingCommand, Command } from '@holdfast/domain';
import { randomFrom, startTcpProxy } from '@holdfast/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  answers,
  commitAs,
  eventOnSale,
  expectSound,
  give,
  openFresh,
  reserveBy,
} from './fixture.ts';
import { statementsOf } from './statements-of.ts';

let database: Database;
let url: string;
beforeEach(async () => {
  ({ database, url } = await openFresh({ poolSizeMax: 5 }));
});
afterEach(() => database.close());

type Given = GivenGroup<BookingCommand>;

/** First attempts at one event each. */
const firstAt = (eventId: string, ...commands: readonly BookingCommand[]): Given => ({
  eventId,
  commands,
  isFirstAttempt: true,
});

const eventsOnSale = (count: number, from = database) =>
  Promise.all(Array.from({ length: count }, () => eventOnSale(from, { total: 10 })));

async function answersOf(ends: readonly Promise<{ outcomes: readonly BookingOutcome[] }>[]) {
  const groups = await Promise.all(ends);
  return groups.map(({ outcomes }) => answers(outcomes));
}

describe('groups of several events', () => {
  test('that are known are written in one statement', async () => {
    const eventIds = await eventsOnSale(20);
    const groups = eventIds.map((eventId) => firstAt(eventId, reserveBy('ann'), reserveBy('bob')));
    const commit = async () => {
      expect(await answersOf(commitAs(database, groups))).toEqual(
        groups.map(() => ['held', 'held']),
      );
    };
    expect(await statementsOf(database, commit)).toEqual(['record_claims_of_many']);
    await expectSound(database);
  });

  test('that are not are read in one, and written in one', async () => {
    const eventIds = await eventsOnSale(5);
    const stranger = await openDatabase({ url });
    const groups = eventIds.map((eventId) => firstAt(eventId, reserveBy('ann')));
    const commit = () => Promise.all(commitAs(stranger, groups));
    expect(await statementsOf(stranger, commit)).toEqual(['load_many', 'record_claims_of_many']);
    await stranger.close();
    await expectSound(database);
  });

  test('have each their own standing', async () => {
    const [one = '', two = ''] = await eventsOnSale(2);
    const groups = [
      firstAt(one, reserveBy('ann', { quantity: 3 })),
      firstAt(two, reserveBy('bob')),
    ];
    const ends = await Promise.all(commitAs(database, groups));
    expect(ends.map(({ standing }) => standing)).toMatchObject([
      { version: 2, availableSeats: 7 },
      { version: 2, availableSeats: 9 },
    ]);
  });

  test('do not answer for each other: refusals, organizers and strangers among them', async () => {
    const [sold = '', plain = '', closed = ''] = await eventsOnSale(3);
    await give(database, sold, reserveBy('eve', { quantity: 10 }));
    const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
    const ends = commitAs<Command>(database, [
      firstAt(sold, reserveBy('ann')),
      firstAt(plain, reserveBy('ann')),
      { eventId: closed, commands: [close], isFirstAttempt: false },
      firstAt(randomUUID(), reserveBy('ann')),
    ]);
    expect((await Promise.all(ends)).map(({ outcomes: [outcome] }) => outcome)).toMatchObject([
      { status: 'refused', reason: 'sold_out' },
      { status: 'accepted' },
      { status: 'accepted', event: { rules: { status: 'closed' } } },
      { status: 'refused', reason: 'event_not_found' },
    ]);
    await expectSound(database);
  });

  test('do not wait for one whose row somebody else holds', async () => {
    const [held = '', free = ''] = await eventsOnSale(2);
    const other = await database.pool.connect();
    await other.query('begin');
    await other.query('select from events where id = $1 for update', [held]);
    const [late, prompt] = commitAs(database, [
      firstAt(held, reserveBy('ann')),
      firstAt(free, reserveBy('ann')),
    ]);
    let isLateOver = false;
    void late?.then(() => {
      isLateOver = true;
    });
    expect(await answersOf(prompt ? [prompt] : [])).toEqual([['held']]);
    expect(isLateOver).toBe(false);
    await other.query('rollback');
    other.release();
    expect(await answersOf(late ? [late] : [])).toEqual([['held']]);
  });

  test('are not lost with one that PostgreSQL will not have', async () => {
    await database.pool.query(
      `alter table bookings add constraint no_poison check (user_id <> 'poison')`,
    );
    const [poisoned = '', other = ''] = await eventsOnSale(2);
    const [bad, good] = commitAs(database, [
      firstAt(poisoned, reserveBy('poison')),
      firstAt(other, reserveBy('ann')),
    ]);
    await expect(bad).rejects.toMatchObject({ cause: { code: '23514' } });
    expect(await answersOf(good ? [good] : [])).toEqual([['held']]);
    await expectSound(database);
  });

  test('have one effect each where the wire breaks before the answer', async () => {
    const eventIds = await eventsOnSale(3);
    await using proxy = await startTcpProxy(url);
    const behind = await openDatabase({ url: proxy.url, poolSizeMax: 3 });
    // So that it knows them.
    const warm = eventIds.map((eventId) => firstAt(eventId, reserveBy('eve')));
    await Promise.all(commitAs(behind, warm));
    proxy.cutNext({ cut: 'before_answer', when: 'holdfast_record_claims_of_many' });
    const groups = eventIds.map((eventId) => firstAt(eventId, reserveBy('ann')));
    const held = groups.map(() => ['held']);
    expect(await answersOf(commitAs(behind, groups))).toEqual(held);
    expect(proxy.cutCount).toBe(1);
    for (const eventId of eventIds) {
      expect((await findEvent(database, eventId))?.capacity).toMatchObject({ held: 2 });
    }
    await behind.close();
    await expectSound(database);
  });

  test('of one event twice are a bug that is told at once', async () => {
    const [eventId = ''] = await eventsOnSale(1);
    const twice = [firstAt(eventId, reserveBy('ann')), firstAt(eventId.toUpperCase())];
    expect(() => commitAs(database, twice)).toThrow('given twice');
  });
});

const eventCount = 6;
const seatCount = 40;

test('several processes on the same events sell every seat once, whatever goes together', async () => {
  const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const random = randomFrom(seed);
  process.stdout.write(`HOLDFAST_SEED=${seed}\n`);
  const eventIds = await Promise.all(
    Array.from({ length: eventCount }, () => eventOnSale(database, { total: seatCount })),
  );
  const others = await Promise.all([openDatabase({ url }), openDatabase({ url })]);
  const reasons = new Set<string>();
  let userCount = 0;
  const buy = async (process: Database) => {
    for (let turn = 0; turn < 25; turn += 1) {
      const chosen = eventIds.filter(() => random() < 0.6);
      const groups = chosen.map((eventId) => {
        const size = 1 + Math.floor(random() * 3);
        const commands = Array.from({ length: size }, () => {
          userCount += 1;
          // Some come twice.
          const user = random() < 0.1 ? userCount - 1 : userCount;
          return reserveBy(`user ${user}`, { quantity: 1 + Math.floor(random() * 2) });
        });
        return firstAt(eventId, ...commands);
      });
      for (const group of await answersOf(commitAs(process, groups))) {
        for (const answer of group) reasons.add(answer);
      }
    }
  };
  await Promise.all([database, ...others].map(buy));
  // The last odd seat of an event, which a claim of two may have been refused.
  for (const eventId of eventIds) await give(database, eventId, reserveBy('last'));
  for (const eventId of eventIds) {
    const event = await findEvent(database, eventId);
    expect(event?.capacity, `seed ${seed}`).toEqual({
      total: seatCount,
      available: 0,
      held: seatCount,
    });
  }
  expect([...reasons], `seed ${seed}`).toEqual(expect.arrayContaining(['held', 'sold_out']));
  await Promise.all(others.map((other) => other.close()));
  await expectSound(database);
});
