import { describe, expect, test } from 'vitest';
import { createInput, updateInput } from '../src/event-input.ts';
import { instantInput } from '../src/instant-input.ts';
import { id, quantity } from '../src/wire.ts';

const uuid = '0199a8c0-5a5e-7c3f-8a53-0123456789ab';
const create = { eventId: uuid, title: 'Tea', date: '2999-06-01T20:00:00Z', seatCount: 5 };

describe('an id', () => {
  test.each([
    ['as PostgreSQL writes it', uuid],
    ['in upper case, as SQL Server does', uuid.toUpperCase()],
    ['in braces, as Windows does', `{${uuid.toUpperCase()}}`],
    ['as a URN', `urn:uuid:${uuid}`],
    ['as a URN in capitals', `URN:UUID:${uuid.toUpperCase()}`],
    ['as 32 digits', uuid.replaceAll('-', '').toUpperCase()],
  ])('is a UUID, and has one spelling further in: %s', (_, spelled) => {
    expect(id.parse(spelled)).toBe(uuid);
  });

  test.each([
    ['no version', '0199a8c0-5a5e-0c3f-0a53-0123456789ab'],
    ['a version that nobody has defined', '0199a8c0-5a5e-fc3f-8a53-0123456789ab'],
    ['the variant of Microsoft', '0199a8c0-5a5e-4c3f-ca53-0123456789ab'],
  ])('may have %s', (_, made) => {
    expect(id.parse(made)).toBe(made);
  });

  test.each([
    '',
    '42',
    `${uuid} `,
    `${uuid}\n`,
    `{${uuid}`,
    `${uuid}}`,
    `{${uuid.replaceAll('-', '')}}`,
    `urn:uuid:{${uuid}}`,
    `urn:${uuid}`,
    `${uuid.replaceAll('-', '')}0`,
    uuid.replace('-', ''),
    uuid.replace('0', 'g'),
    uuid.replace('0', '０'),
    5,
    null,
  ])('is not %j', (value) => {
    expect(id.safeParse(value).error?.issues[0]?.message).toMatch(/^Write a UUID, as in 0199/);
  });

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
  test('is told to the millisecond', () => {
    expect(instantInput.parse('1970-01-01T00:00:01.5Z')).toBe(1_500);
    expect(instantInput.parse('9999-12-31T23:59:59.999Z')).toBe(253_402_300_799_999);
  });

  test.each([
    '2026-12-31T20:00:00Z',
    '2026-12-31T20:00:00.000Z',
    '2026-12-31T20:00Z',
    '2026-12-31t20:00:00z',
    '2026-12-31 20:00:00Z',
    '2026-12-31T21:30:00+01:30',
    '2026-12-31T15:00-05:00',
    '2027-01-01T00:00:00+0400',
    '2026-12-31T21:00:00+01',
    '2026-12-31T20:00:00-00:00',
    '2026-12-31T20:00:00.000000000+00:00',
  ])('is the same in every spelling that names its zone: %s', (text) => {
    expect(instantInput.parse(text)).toBe(Date.UTC(2026, 11, 31, 20));
  });

  test.each([
    '2999-06-01',
    '2999-06-01T20:00:00',
    '2999-06-01T20:00:00 02:00',
    '2999-06-01T20:00:00Z+02:00',
    '2999-06-01T20:00:00Z00',
    '2999-06-01T20:00:00 CET',
    '2999-06-01T20Z',
    '01/06/2999 20:00Z',
    '2999-02-30T20:00:00Z',
    '2999-02-29T20:00:00+01:00',
    '2999-06-01T24:00:00Z',
    '2999-06-01T23:59:60Z',
    '2999-06-01T20:00:00+24:00',
    '2999-06-01T20:00:00Z\n',
    '+010000-01-01T00:00:00Z',
    'tomorrow',
    '32503680000',
  ])('is not %j, and who wrote it is told how', (text) => {
    expect(instantInput.safeParse(text).error?.issues).toMatchObject([
      { message: expect.stringMatching(/^Write the time with its zone, as in 2026-/) },
    ]);
  });

  test.each([
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:30:00+01:00',
    '9999-12-31T23:59:59-01:00',
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
        cancelDeadlineMs: null,
        holdExtensionMaxMs: 0,
        extendsWhenSoldOut: true,
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
    { cancelDeadlineMs: -1 },
    { cancelDeadlineMs: 316_224_000_001 },
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
