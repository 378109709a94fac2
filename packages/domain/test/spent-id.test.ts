import { describe, expect, test } from 'vitest';
import {
  type Book,
  decideGroup,
  decideOrders,
  evolveCommit,
  type PlaceOrder,
  type State,
} from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';

const first: Book = { type: 'book', bookingId: 'b1', userId: 'ann', quantity: 1 };
const repeat: Book = { ...first, isRepeat: true };
const spent = {
  type: 'booking_cancelled',
  at: 100,
  bookingId: 'b1',
  userId: 'ann',
  quantity: 1,
  ordinal: 1,
  from: 'nothing',
  by: 'refusal',
} as const;
const other: Book = { type: 'book', bookingId: 'b2', userId: 'bob', quantity: 1 };
const ended = { type: 'cancel', bookingId: 'b2', userId: 'bob' } as const;

const oneSeat = given(onSale({ total: 1 })).state;
const soldOut = after(oneSeat, other);

function after(state: State, ...commands: Parameters<typeof decideGroup>[1]): State {
  return evolveCommit(state, decideGroup(state, commands, 100).transitions);
}

function reasonOf(state: State, command: Parameters<typeof decideGroup>[1][number]) {
  const [decision] = decideGroup(state, [command], 200).decisions;
  return decision?.status === 'refused' ? decision.reason : decision?.status;
}

describe('a repeated claim that is refused', () => {
  test('spends its id, and no seat', () => {
    const {
      decisions,
      transitions,
      spentPlaces,
      after: then,
    } = decideGroup(soldOut, [repeat], 100);
    expect(decisions).toEqual([{ status: 'refused', reason: 'sold_out' }]);
    expect(transitions).toEqual([spent]);
    expect([...spentPlaces]).toEqual([0]);
    expect(then.event?.capacity).toEqual(soldOut.event?.capacity);
  });

  test('keeps the attempt before it from taking the seat that has come back meanwhile', () => {
    const back = after(soldOut, repeat, ended);
    expect(reasonOf(back, first)).toBe('id_taken');
    expect(reasonOf(back, repeat)).toBe('id_taken');
    expect(reasonOf(back, { ...first, bookingId: 'b3' })).toBe('accepted');
  });

  test('without the word that it is one, lets that attempt take it: the control', () => {
    const back = after(soldOut, first, ended);
    expect(reasonOf(back, first)).toBe('accepted');
  });

  test('hears the same reason again as long as there is one', () => {
    const still = after(soldOut, repeat);
    expect(reasonOf(still, repeat)).toBe('sold_out');
    expect(decideGroup(still, [repeat], 200).transitions).toEqual([]);
  });

  test('spends it for this claim alone: another one under that id is told nothing', () => {
    const still = after(soldOut, repeat);
    expect(reasonOf(still, { ...first, userId: 'eve' })).toBe('id_taken');
    expect(reasonOf(still, { ...first, quantity: 2 })).toBe('id_taken');
  });

  test('is still followed by an answer for those that were accepted beside it', () => {
    const decided = decideGroup(oneSeat, [other, repeat, ended], 100);
    expect(decided.decisions.map(({ status }) => status)).toEqual([
      'accepted',
      'refused',
      'accepted',
    ]);
  });
});

test.each(['confirm', 'cancel', 'extend', 'accept'] as const)(
  'to %s a spent id is to name no booking',
  (type) => {
    const still = after(soldOut, repeat);
    expect(reasonOf(still, { type, bookingId: 'b1', userId: 'ann' })).toBe('booking_not_found');
  },
);

test('a repeated claim that is accepted, or finds its booking, spends nothing', () => {
  expect(decideGroup(oneSeat, [repeat], 100).spentPlaces.size).toBe(0);
  const booked = after(oneSeat, first);
  expect(decideGroup(booked, [repeat], 100).transitions).toEqual([]);
});

test('nothing is written of an event that is not there, or is archived, or for a wrong quantity', () => {
  const nowhere = { ...soldOut, event: null };
  const { event } = soldOut;
  const archived = { ...soldOut, event: event && { ...event, isArchived: true as const } };
  expect(decideGroup(nowhere, [repeat], 100).transitions).toEqual([]);
  expect(decideGroup(archived, [repeat], 100).transitions).toEqual([]);
  expect(decideGroup(soldOut, [{ ...repeat, quantity: 0 }], 100).transitions).toEqual([]);
});

describe('a repeated order that is refused', () => {
  const place: PlaceOrder = {
    type: 'placeOrder',
    orderId: 'b1',
    userId: 'ann',
    as: 'confirmed',
    lines: [
      { eventId: 'free', quantity: 1 },
      { eventId: 'full', quantity: 1 },
    ],
    isRepeat: true,
  };
  const events = new Map([
    ['free', given(onSale()).state],
    ['full', soldOut],
  ]);

  test('spends its id at the event that it was refused for, and takes nothing of the others', () => {
    const decided = decideOrders({ orders: new Map(), events }, [place], 100);
    expect(decided.decisions).toEqual([
      { status: 'refused', reason: 'sold_out', eventId: 'full', line: 1 },
    ]);
    expect([...decided.spentPlaces]).toEqual([0]);
    expect([...decided.groups].map(([id, { transitions }]) => [id, transitions])).toEqual([
      ['full', [spent]],
    ]);
  });

  test('keeps the attempt before it from taking all lines when seats have come back', () => {
    const back = new Map([...events, ['full', after(soldOut, repeat, ended)]]);
    const { isRepeat: _, ...attempt } = place;
    const decided = decideOrders({ orders: new Map(), events: back }, [attempt], 200);
    expect(decided.decisions).toMatchObject([{ reason: 'id_taken', eventId: 'full' }]);
    const without = new Map([...events, ['full', after(soldOut, first, ended)]]);
    const control = decideOrders({ orders: new Map(), events: without }, [attempt], 200);
    expect(control.decisions).toMatchObject([{ status: 'accepted' }]);
  });
});
