import { decide, decideGroup, InvalidInput, stateOf } from '@holdfast/domain';
import {
  decideGroup as decideUnchecked,
  stateOf as stateOfUnchecked,
} from '@holdfast/domain/unchecked';
import { decideStock } from '@holdfast/domain/stock';
import { decideTimeSlot } from '@holdfast/domain/time-slots';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostile, hostileValues, named, nonNumbersIn, pathsIn, replaced } from './hostile.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`input: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const facts = { userId: 'ann', quantity: 1, ordinal: 1 };
const bookings = [
  { ...facts, id: 'b1', status: 'held', expiresAt: 5 },
  { ...facts, id: 'b2', ordinal: 2, status: 'confirmed', confirmedAt: 1 },
  { ...facts, id: 'b3', status: 'cancelled', cancelledAt: 1, from: 'held', cancelledBy: 'user' },
  { ...facts, id: 'b4', userId: 'bob', status: 'expired', expiredAt: 1 },
] as const;
const policy = {
  quantityPerBookingMax: 4,
  activeBookingsPerUserMax: 3,
  holdDurationMs: 1_000,
  holdPauseMs: 9,
  cancelDeadlineMs: 5,
  holdExtensionMaxMs: 5,
  extendsWhenSoldOut: true,
};
const saleWindow = { opensAt: 0, closesAt: 1_000 };
const event = {
  id: 'e',
  organizerId: 'o',
  title: '',
  date: 1_000,
  rules: { status: 'on_sale', saleWindow, policy },
  capacity: { total: 10, available: 8, held: 1 },
  saleFollowsDate: true,
  publishedAt: 0,
  cancelledAt: null,
  version: 3,
  organizedVersion: 1,
} as const;
const creation = {
  type: 'event_created',
  at: 0,
  eventId: 'e',
  organizerId: 'o',
  title: '',
  date: 1_000,
  total: 10,
  saleWindow,
  saleFollowsDate: true,
  policy,
} as const;
const claim = { bookingId: 'b9', userId: 'cat', quantity: 2 } as const;
const named1 = { bookingId: 'b1', userId: 'ann' } as const;
const commands = [
  { type: 'reserve', ...claim },
  { type: 'book', ...claim },
  { type: 'confirm', ...named1 },
  { type: 'cancel', ...named1 },
  { type: 'cancel', ...named1, actor: { role: 'admin', id: 'root', reason: 'asked' } },
  { type: 'expire', bookingCountMax: 3, afterBookingId: 'b0' },
  { type: 'setCapacity', organizerId: 'o', total: 20 },
  { type: 'update', organizerId: 'o', title: 'x', date: 2_000, saleWindow, policy },
  { type: 'close', organizerId: 'o', as: 'closed', expectedVersion: 1 },
] as const;

/** A way into the rules, with something sound to give. */
interface Entrance {
  readonly given: object;
  decide(given: never): unknown;
}

function entrance<T extends object>(given: T, decideIt: (given: T) => unknown): Entrance {
  return { given, decide: decideIt };
}

const product = {
  id: 'crate',
  name: '',
  releasedAt: 0,
  stockQuantity: 5,
  reservedQuantity: 1,
  soldQuantity: 1,
  version: 7,
};
const shopPolicy = { quantityPerOrderMax: 3, ordersPerCustomerMax: 3, cartDurationMs: 1_000 };
const slot = {
  id: 'friday',
  restaurantId: 'anchor',
  time: 1_000,
  placeCount: 20,
  tableCapacity: 6,
  version: 7,
};

const entrances: readonly (readonly [name: string, Entrance])[] = [
  ...(['purchase', 'put_in_cart', 'check_out', 'cancel_order'] as const).map((type) => {
    const isClaim = type === 'purchase' || type === 'put_in_cart';
    const command = {
      type,
      ...(isClaim
        ? { orderId: 'b9', customerId: 'cat', quantity: 2 }
        : { orderId: 'b1', customerId: 'ann' }),
    };
    const given = { product, orders: bookings, policy: shopPolicy, command, now: 4 };
    return [
      `decideStock, ${type}`,
      entrance(given, ({ now, command: asked, ...shop }) =>
        decideStock(shop, asked as Parameters<typeof decideStock>[1], now),
      ),
    ] as const;
  }),
  ...(['reserve_table', 'cancel_reservation'] as const).map((type) => {
    const isClaim = type === 'reserve_table';
    const command = {
      type,
      ...(isClaim
        ? { reservationId: 'b9', guestId: 'cat', partySize: 2 }
        : { reservationId: 'b2', guestId: 'ann' }),
    };
    const given = {
      slot,
      reservations: bookings,
      policy: { partySizeMax: 4, reservationsPerGuestMax: 3 },
      command,
      now: 4,
    };
    return [
      `decideTimeSlot, ${type}`,
      entrance(given, ({ now, command: asked, ...restaurant }) =>
        decideTimeSlot(restaurant, asked as Parameters<typeof decideTimeSlot>[1], now),
      ),
    ] as const;
  }),
  ...commands.map(
    (command) =>
      [
        `stateOf and decide, ${command.type}`,
        entrance({ event, bookings, command, now: 4 }, (given) =>
          decide(stateOf(given.event, given.bookings), given.command, given.now),
        ),
      ] as const,
  ),
  [
    'decideGroup',
    entrance({ state: { ...stateOf(event, bookings), creation }, commands, now: 4 }, (given) =>
      decideGroup(given.state, given.commands, given.now),
    ),
  ],
];

/** What it decides, or how it refuses to look at it. Anything else that is thrown is a bug. */
function answerOf({ decide: decideIt }: Entrance, given: object): unknown {
  try {
    return decideIt(given as never);
  } catch (error) {
    if (error instanceof InvalidInput) return error;
    throw error;
  }
}

describe('whatever a team hands to the rules', () => {
  test.each(entrances)('sound, is decided: %s', (_, way) => {
    expect(answerOf(way, way.given)).not.toBeInstanceOf(InvalidInput);
  });

  test.each(entrances)('hostile in one place, is refused by name or does no harm: %s', (_, way) => {
    for (const path of pathsIn(way.given)) {
      for (const value of hostileValues) {
        const answer = answerOf(way, replaced(way.given, path, value));
        expect(harmOf(answer, named(path))).toEqual([]);
      }
    }
  });

  test.each(entrances)('hostile in many places, never gives anything but numbers: %s', (_, way) => {
    const places = fc.array(fc.tuple(fc.constantFrom(...pathsIn(way.given)), hostile), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(places, (changes) => {
        const given = changes.reduce(
          (whole, [path, value]) => replaced(whole, path, value),
          way.given,
        );
        const answer = answerOf(way, given);
        expect(harmOf(answer, null)).toEqual([]);
      }),
      { seed, numRuns: 500 },
    );
  });
});

test('unchecked, a count that came as text becomes another text', () => {
  const capacity = { ...event.capacity, available: '8' as unknown as number };
  const state = stateOfUnchecked({ ...event, capacity }, bookings);
  const [reserve] = commands;
  expect(decideUnchecked(state, [reserve], 4).after.event?.capacity.available).toBe('8-2');
});

/** What is not a number in a decision; an error that names another field than the one that is bad. */
function harmOf(answer: unknown, place: string | null): readonly string[] {
  if (!(answer instanceof InvalidInput)) return nonNumbersIn(answer);
  const isNamed = place === null || areRelated(answer.field, place);
  return isNamed ? [] : [`${place} is bad, and blamed is ${answer.field}`];
}

/** Does an error about this field speak of that place, or of what holds it, or of two that clash? */
function areRelated(field: string, place: string): boolean {
  const clash = /capacity/i.test(field) && /capacity|placeCount/i.test(place);
  return clash || place.startsWith(field) || field.startsWith(place);
}

describe('an error says the field, what came, and the fix', () => {
  const command = { type: 'purchase', orderId: 'b9', customerId: 'cat', quantity: 2 } as const;
  const shop = { product, orders: bookings, policy: shopPolicy };

  test.each([
    [
      ['product', 'stockQuantity'],
      '5',
      'product.stockQuantity must be a whole number of at least 0, but is the text "5": convert it with Number(…)',
    ],
    [
      ['product', 'version'],
      7n,
      'product.version must be a whole number of at least 0, but is the bigint 7: convert it with Number(…)',
    ],
    [
      ['product', 'releasedAt'],
      new Date(0),
      'product.releasedAt must be a whole number of milliseconds since 1970, but is a Date: convert it with .getTime()',
    ],
    [
      ['product', 'releasedAt'],
      '2026-11-26',
      'product.releasedAt must be a whole number of milliseconds since 1970, but is the text "2026-11-26": convert it with Date.parse(…)',
    ],
    [
      ['policy', 'ordersPerCustomerMax'],
      Number.NaN,
      'policy.ordersPerCustomerMax must be a whole number from 1 to 2147483647, but is NaN: look for what it was computed from',
    ],
    [
      ['orders', 1, 'ordinal'],
      undefined,
      'orders[1].ordinal must be a whole number from 1 to 2147483647, but is undefined: add it, under this name',
    ],
    [
      ['orders', 0, 'id'],
      12,
      'orders[0].id must be a text of at least 1 character, but is 12: convert it with String(…)',
    ],
    [
      ['orders'],
      { rows: [] },
      'orders must be an array, but is an object: give the rows of the answer',
    ],
  ])('%j', (path, value, message) => {
    const given = replaced(shop, path, value);
    expect(() => decideStock(given, command, 4)).toThrow(
      new InvalidInput(named(path), message.slice(named(path).length + 1)),
    );
  });

  test('more places free than there are is no sound slot', () => {
    const restaurant = {
      slot: { ...slot, tableCapacity: 21 },
      reservations: [],
      policy: { partySizeMax: 4, reservationsPerGuestMax: 1 },
    };
    const cancel = { type: 'cancel_reservation', reservationId: 'b1', guestId: 'ann' } as const;
    expect(() => decideTimeSlot(restaurant, cancel, 4)).toThrow(
      'slot.tableCapacity must be at most slot.placeCount, 20, but is 21: read both at once',
    );
  });

  test('what a user asks for in vain is a refusal, and not thrown', () => {
    for (const quantity of [0, -1, 1.5, Number.NaN]) {
      const decision = decideStock(shop, { ...command, quantity }, 4);
      expect(decision).toEqual({ status: 'refused', reason: 'invalid_quantity' });
    }
  });
});
