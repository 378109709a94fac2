import { expect, test } from 'vitest';
import { type Cart, decideStockTaking } from '../src/stock/decide-stock-taking.ts';

/** The first cart first. */
const carts = (...quantities: readonly number[]): readonly Cart[] =>
  quantities.map((quantity, place) => ({
    id: `line ${place}`,
    orderId: `order ${place}`,
    customerId: `customer ${place}`,
    quantity,
    isLapsed: false,
  }));

const counters = { stockQuantity: 4, reservedQuantity: 6 };

test('what was counted beyond the carts is in stock', () => {
  const count = { carts: carts(1, 2, 3), countedQuantity: 6, isForced: false };
  expect(decideStockTaking(counters, count)).toEqual({
    status: 'accepted',
    lapsed: [],
    lost: [],
    stockChange: -4,
    reservedChange: 0,
  });
});

test('less than carts have is refused, with who would lose what', () => {
  const given = carts(1, 2, 3);
  const count = { carts: given, countedQuantity: 5, isForced: false };
  const refused = { status: 'refused', reservedQuantity: 6, wouldLose: [given[2]] };
  expect(decideStockTaking(counters, count)).toEqual(refused);
});

test.each([
  [5, [2], { stockChange: -2, reservedChange: -3 }],
  [3, [2], { stockChange: -4, reservedChange: -3 }],
  [2, [2, 1], { stockChange: -3, reservedChange: -5 }],
  [0, [2, 1, 0], { stockChange: -4, reservedChange: -6 }],
])(
  'forced to %i, the last carts lose theirs whole: %j, and what they leave over is in stock',
  (countedQuantity, places, changes) => {
    const given = carts(1, 2, 3);
    const decision = decideStockTaking(counters, { carts: given, countedQuantity, isForced: true });
    const lost = places.map((place) => given[place]);
    expect(decision).toMatchObject({ status: 'accepted', lost, ...changes });
  },
);

test('a cart that has lapsed stands in nobody’s way, and loses nothing', () => {
  const [first, second, third] = carts(1, 2, 3);
  if (first === undefined || second === undefined || third === undefined) throw new Error('Three.');
  const given = [{ ...first, isLapsed: true }, second, third];
  const count = { carts: given, countedQuantity: 5, isForced: false };
  expect(decideStockTaking(counters, count)).toMatchObject({
    status: 'accepted',
    lapsed: [given[0]],
    lost: [],
    stockChange: -4,
    reservedChange: -1,
  });
});
