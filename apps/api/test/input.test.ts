import { describe, expect, test } from 'vitest';
import { createInput, updateInput } from '../src/event-input.ts';
import { id, instantInput, quantity } from '../src/wire.ts';

const uuid = '0199a8c0-5a5e-7c3f-8a53-0123456789ab';
const create = { eventId: uuid, title: 'Tea', date: '2999-06-01T20:00:00Z', seatCount: 5 };

describe('an id', () => {
  test('is a UUID, and has one spelling', () => {
    expect(id.parse(uuid.toUpperCase())).toBe(uuid);
  });

  test.each(['', '42', `${uuid} `, `{${uuid}}`, uuid.replaceAll('-', ''), `${uuid}\n`, 5, null])(
    'is not %j',
    (value) => {
      expect(id.safeParse(value).success).toBe(false);
    },
  );

  test('is not one of the two that mark the ends of lists', () => {
    expect(id.safeParse('00000000-0000-0000-0000-000000000000').success).toBe(false);
    expect(id.safeParse('FFFFFFFF-ffff-ffff-ffff-ffffffffffff').success).toBe(false);
  });
});

describe('a quantity', () => {
  test.each([1, 2, 2_147_483_647])('is %d', (value) => {
    expect(quantity.parse(value)).toBe(value);
  });

  test.each([
    0,
    -1,
    1.5,
    2_147_483_648,
    1e21,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1',
    null,
    true,
  ])('is not %j', (value) => {
    expect(quantity.safeParse(value).success).toBe(false);
  });
});

describe('a moment', () => {
  test('is UTC, to the millisecond', () => {
    expect(instantInput.parse('1970-01-01T00:00:01.5Z')).toBe(1_500);
    expect(instantInput.parse('9999-12-31T23:59:59.999Z')).toBe(253_402_300_799_999);
  });

  test.each([
    '2999-06-01',
    '2999-06-01T20:00:00',
    '2999-06-01T20:00:00+02:00',
    '2999-02-30T20:00:00Z',
    '1969-12-31T23:59:59Z',
    '+010000-01-01T00:00:00Z',
    `2999-06-01T20:00:00.${'0'.repeat(60_000)}Z`,
    1_500,
    null,
  ])('is not %j', (value) => {
    expect(instantInput.safeParse(value).success).toBe(false);
  });
});

describe('a new event', () => {
  test('has defaults: it sells until it begins, ten seats a booking, one booking a user, ten minutes a hold, no pause', () => {
    expect(createInput.parse(create)).toEqual({
      eventId: uuid,
      title: 'Tea',
      date: Date.UTC(2999, 5, 1, 20),
      seatCount: 5,
      saleWindow: { opensAt: null, closesAt: 'date' },
      policy: {
        quantityPerBookingMax: 10,
        activeBookingsPerUserMax: 1,
        holdDurationMs: 600_000,
        holdPauseMs: 0,
      },
    });
  });

  test('may sell for ever, when it says so', () => {
    const event = createInput.parse({ ...create, saleWindow: { closesAt: null } });
    expect(event.saleWindow).toEqual({ opensAt: null, closesAt: null });
  });

  test.each(['', '   ', 'a'.repeat(201), 'two\nlines', 'nul\u0000', 'half \ud83c', 5])(
    'has no title like %j',
    (title) => {
      expect(createInput.safeParse({ ...create, title }).success).toBe(false);
    },
  );

  test.each([
    { quantityPerBookingMax: 0 },
    { activeBookingsPerUserMax: 1_001 },
    { holdDurationMs: 99 },
    { holdDurationMs: 604_800_001 },
    { holdPauseMs: -1 },
    { holdPauseMs: 0.5 },
    { holdPauseMs: 604_800_001 },
    { refunds: true },
  ])('has no policy like %j', (policy) => {
    expect(createInput.safeParse({ ...create, policy }).success).toBe(false);
  });
});

describe('a change', () => {
  test('names any part of a window or a policy, and nothing that is no part', () => {
    const parts = { saleWindow: { opensAt: null }, policy: { holdDurationMs: 1_000 } };
    expect(updateInput.parse({ eventId: uuid, ...parts })).toEqual({ eventId: uuid, ...parts });
    expect(updateInput.parse({ eventId: uuid })).toEqual({ eventId: uuid });
    for (const wrong of [
      { saleWindow: { endsAt: null } },
      { saleWindow: { opensAt: 'date' } },
      { policy: { refunds: true } },
      { policy: { holdDurationMs: null } },
      { expectedVersion: 0 },
      { expectedVersion: 1.5 },
      { expectedVersion: '1' },
    ]) {
      expect(updateInput.safeParse({ eventId: uuid, ...wrong }).success).toBe(false);
    }
  });

  test('that gives the end of a sale wrongly is told how it is given', () => {
    const { error } = updateInput.safeParse({
      eventId: uuid,
      saleWindow: { closesAt: 'tomorrow' },
    });
    expect(error?.issues).toMatchObject([
      { path: ['saleWindow', 'closesAt'], message: expect.stringContaining("or 'date'") },
    ]);
  });
});
