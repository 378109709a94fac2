import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { audit, type BookingOutcome, type Database, openDatabase } from '@holdfast/data';
import type { BookingCommand } from '@holdfast/domain';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Decided } from '../src/commit/group.ts';
import {
  answers,
  commitAs,
  eventOnSale,
  expectSound,
  give,
  knownTo,
  lapseHolds,
  openFresh,
  reserveBy,
} from './fixture.ts';
import { decideBlindly, tryRecord } from './race.ts';
import { statementsOf } from './statements-of.ts';

/** This process, and another one that writes the same events behind its back. */
let here: Database;
let elsewhere: Database;
beforeEach(async () => {
  const fresh = await openFresh({ poolSizeMax: 3 });
  here = fresh.database;
  elsewhere = await openDatabase({ url: fresh.url, poolSizeMax: 3 });
});
afterEach(async () => {
  await Promise.all([here.close(), elsewhere.close()]);
});

/** Gives claims as a client does: nobody sent their ids before. */
async function giveFirst(
  eventId: string,
  ...commands: readonly BookingCommand[]
): Promise<readonly BookingOutcome[]> {
  const [end] = commitAs(here, [{ eventId, commands, isFirstAttempt: true }]);
  if (end === undefined) throw new Error('One group has one end.');
  return (await end).outcomes;
}

async function giveFirstAnswers(eventId: string, ...commands: readonly BookingCommand[]) {
  return answers(await giveFirst(eventId, ...commands));
}

/** The sale that was read and decided is written. */
const readAndWritten = ['load_one', 'record_claims_of_one'];

describe('a group of first attempts', () => {
  test('needs no reading where this process has committed to its event', async () => {
    const eventId = await eventOnSale(here);
    const book = () => giveFirst(eventId, reserveBy('ann'), reserveBy('bob'));
    expect(await statementsOf(here, book)).toEqual(['record_claims_of_one']);
    await expectSound(here);
  });

  test('is read where it has not', async () => {
    const eventId = await eventOnSale(elsewhere);
    expect(await statementsOf(here, () => giveFirst(eventId, reserveBy('ann')))).toEqual(
      readAndWritten,
    );
  });

  test('is told apart from one in which somebody may have tried before', async () => {
    const eventId = await eventOnSale(here);
    expect(await statementsOf(here, () => give(here, eventId, reserveBy('ann')))).toEqual(
      readAndWritten,
    );
  });

  test('is read where PostgreSQL has said nothing for a second, so that its time is unknown', async () => {
    const eventId = await eventOnSale(here);
    vi.spyOn(knownTo(here).clock, 'now').mockReturnValueOnce(null);
    expect(await statementsOf(here, () => giveFirst(eventId, reserveBy('ann')))).toEqual(
      readAndWritten,
    );
  });
});

describe('what is called a first attempt and is more than new bookings', () => {
  test('is read, since the guard of such a decision is not in its statement', async () => {
    const eventId = await eventOnSale(here);
    const held = reserveBy('ann');
    const confirm = { type: 'confirm', bookingId: held.bookingId, userId: 'ann' } as const;
    const both = () => giveFirst(eventId, held, confirm);
    expect(await statementsOf(here, both)).toEqual(['load_one', 'record_sold_one']);
    await expectSound(here);
  });

  test('leaves no version behind where there is nothing to write', async () => {
    const eventId = await eventOnSale(here);
    const expire = { type: 'expire', bookingCountMax: 10 } as const;
    const group = { eventId, commands: [expire], isFirstAttempt: true };
    await Promise.all(commitAs(here, [group]));
    await expectSound(here);
  });
});

describe('what has changed behind the back of this process is seen', () => {
  test('somebody has a booking there by now', async () => {
    const eventId = await eventOnSale(here);
    await give(elsewhere, eventId, reserveBy('ann'));
    const both = [reserveBy('ann'), reserveBy('bob')];
    expect(await giveFirstAnswers(eventId, ...both)).toEqual(['bookings_over_limit', 'held']);
  });

  test('somebody has a second one, where the policy allows two', async () => {
    const eventId = await eventOnSale(here, { policy: { activeBookingsPerUserMax: 2 } });
    await give(elsewhere, eventId, reserveBy('ann'));
    expect(await giveFirstAnswers(eventId, reserveBy('ann'))).toEqual(['held']);
    expect(await giveFirstAnswers(eventId, reserveBy('ann'))).toEqual(['bookings_over_limit']);
    await expectSound(here);
  });

  test('an id is taken, by a booking that is over', async () => {
    const eventId = await eventOnSale(here);
    const { bookingId } = reserveBy('ann');
    await give(elsewhere, eventId, reserveBy('ann', { bookingId }));
    await give(elsewhere, eventId, { type: 'cancel', bookingId, userId: 'ann' });
    const both = [reserveBy('bob', { bookingId }), reserveBy('eve')];
    expect(await giveFirstAnswers(eventId, ...both)).toEqual(['id_taken', 'held']);
  });

  test('a hold of the same user has lapsed, and leaves its place', async () => {
    const eventId = await eventOnSale(here, { total: 1 });
    await give(elsewhere, eventId, reserveBy('ann'));
    await lapseHolds(elsewhere, eventId);
    expect(await giveFirstAnswers(eventId, reserveBy('ann'))).toEqual(['held']);
    await expectSound(here);
  });

  test('the event was closed', async () => {
    const eventId = await eventOnSale(here);
    const close = { type: 'close', organizerId: 'organizer', as: 'closed' } as const;
    await Promise.all(commitAs(elsewhere, [{ eventId, commands: [close], isFirstAttempt: false }]));
    expect(await giveFirstAnswers(eventId, reserveBy('ann'))).toEqual(['event_closed']);
  });

  test('the seats were sold', async () => {
    const eventId = await eventOnSale(here, { total: 3 });
    await give(elsewhere, eventId, reserveBy('eve', { quantity: 2 }));
    const both = [reserveBy('ann'), reserveBy('bob')];
    expect(await giveFirstAnswers(eventId, ...both)).toEqual(['held', 'sold_out']);
    await expectSound(here);
  });

  test('a seat came back: a refusal never rests on memory', async () => {
    const eventId = await eventOnSale(here, { total: 1 });
    const { bookingId } = reserveBy('eve');
    await give(here, eventId, reserveBy('eve', { bookingId }));
    await give(elsewhere, eventId, { type: 'cancel', bookingId, userId: 'eve' });
    expect(await giveFirstAnswers(eventId, reserveBy('ann'))).toEqual(['held']);
  });

  test('after a guess that was wrong the event is read for a moment', async () => {
    const eventId = await eventOnSale(here);
    await give(elsewhere, eventId, reserveBy('ann'));
    const guess = () => giveFirst(eventId, reserveBy('ann'));
    expect(await statementsOf(here, guess)).toEqual(['record_claims_of_one', 'load_one']);
    const next = () => giveFirst(eventId, reserveBy('bob'));
    expect(await statementsOf(here, next)).toEqual(readAndWritten);
    await vi.waitFor(async () => {
      const later = () => giveFirst(eventId, reserveBy(randomUUID()));
      expect(await statementsOf(here, later)).toEqual(['record_claims_of_one']);
    });
  });
});

describe('the guard of a decision from memory', () => {
  const decideHere = (eventId: string, ...commands: readonly BookingCommand[]) =>
    decideBlindly(knownTo(here), eventId, commands);

  const asIfRead = (decided: Decided): Decided => ({
    ...decided,
    loaded: { ...decided.loaded, from: 'read' },
  });

  async function staleStranger(): Promise<Decided> {
    const eventId = await eventOnSale(here);
    await give(elsewhere, eventId, reserveBy('ann'));
    return decideHere(eventId, reserveBy('ann'));
  }

  test('stops a second booking of somebody who has one', async () => {
    expect(await tryRecord(here, await staleStranger())).toEqual({ lost: true });
  });

  test('taken out, leaves it to the unique index', async () => {
    expect(await tryRecord(here, asIfRead(await staleStranger()))).toEqual({ sqlState: '23505' });
  });

  test('taken out together with the index, gives one user two bookings', async () => {
    await here.pool.query('drop index ix_bookings_user_event');
    expect(await tryRecord(here, asIfRead(await staleStranger()))).toMatchObject({ held: 2 });
    const { invariants } = await audit(here, { eventId: null });
    const broken = invariants.filter(({ violations }) => violations.length > 0);
    expect(broken.map(({ id }) => id)).toEqual(['I5']);
  });

  /** Decided within the sale window, by a clock that is late. */
  async function staleWindow(): Promise<Decided> {
    const closesAt = Date.now() + 300;
    const eventId = await eventOnSale(here, { saleWindow: { opensAt: null, closesAt } });
    const decided = decideHere(eventId, reserveBy('ann'));
    await pause(closesAt - Date.now() + 50);
    return decided;
  }

  test('stops a sale after its window, by the time of PostgreSQL', async () => {
    expect(await tryRecord(here, await staleWindow())).toEqual({ lost: true });
  });

  test('taken out, sells after the window', async () => {
    expect(await tryRecord(here, asIfRead(await staleWindow()))).toMatchObject({ held: 1 });
  });
});
