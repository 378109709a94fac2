import {
  decideOrders,
  evolve,
  evolveCommit,
  isSound,
  type Order,
  type OrderCommand,
  type OrderDecision,
  type OrderLine,
  type PlaceOrder,
  type State,
} from '@holdfast/domain';
import { type EventSketch, given, onSale } from '@holdfast/domain/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`orders: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const place: PlaceOrder = {
  type: 'placeOrder',
  orderId: 'o1',
  userId: 'ann',
  as: 'held',
  lines: [
    { eventId: 'a', quantity: 2 },
    { eventId: 'b', quantity: 1 },
  ],
};
const named = { orderId: 'o1', userId: 'ann' };
const confirm: OrderCommand = { type: 'confirmOrder', ...named };
const cancel: OrderCommand = { type: 'cancelOrder', ...named };

/** Some events, and the orders that were placed so far. */
class Box {
  readonly orders = new Map<string, Order>();
  readonly events: Map<string, State>;
  constructor(sketches: Readonly<Record<string, EventSketch>> = { a: {}, b: {} }) {
    const stateOf = (eventId: string, sketch: EventSketch) =>
      given(onSale(sketch).map((each) => ('eventId' in each ? { ...each, eventId } : each))).state;
    this.events = new Map(
      Object.entries(sketches).map(([eventId, sketch]) => [eventId, stateOf(eventId, sketch)]),
    );
  }

  /** Decides commands together, and commits what was decided. */
  give(now: number, ...commands: readonly OrderCommand[]): readonly OrderDecision[] {
    const { decisions, newOrders, groups } = decideOrders(this, commands, now);
    for (const order of newOrders) this.orders.set(order.id, order);
    for (const [eventId, { transitions }] of groups) {
      this.events.set(eventId, evolveCommit(this.stateOf(eventId), transitions));
    }
    return decisions;
  }

  stateOf(eventId: string): State {
    const state = this.events.get(eventId);
    if (state === undefined) throw new Error(`There is no event ${eventId}.`);
    return state;
  }

  seats(eventId: string) {
    return this.stateOf(eventId).event?.capacity;
  }
}

/** What became of each booking, or why it was refused and because of which line. */
function told(decisions: readonly OrderDecision[]) {
  return decisions.map((decision) =>
    decision.status === 'refused'
      ? [decision.reason, decision.eventId, decision.line]
      : decision.bookings.map(({ status, quantity }) => `${status} ${quantity}`),
  );
}

describe('an order', () => {
  test('takes the seats of all its lines, those of one event as one booking', () => {
    const box = new Box();
    const lines = [...place.lines, { eventId: 'a', quantity: 3 }];
    expect(told(box.give(100, { ...place, lines }))).toEqual([['held 5', 'held 1']]);
    expect(box.seats('a')).toEqual({ total: 10, available: 5, held: 5 });
    expect(box.orders.get('o1')?.lines).toEqual([
      { eventId: 'a', quantity: 5 },
      { eventId: 'b', quantity: 1 },
    ]);
  });

  test('of which one line cannot be had takes nothing, and the first such line is named', () => {
    const box = new Box({ a: {}, b: { total: 2 }, c: { total: 1 } });
    const lines = [...place.lines, ...place.lines, { eventId: 'c', quantity: 2 }];
    const asked = { ...place, lines: [...lines, { eventId: 'b', quantity: 1 }] };
    expect(told(box.give(100, asked))).toEqual([['sold_out', 'b', 1]]);
    expect(told(box.give(100, { ...place, lines }))).toEqual([['sold_out', 'c', 4]]);
    expect(told(box.give(100, { ...place, lines: [{ eventId: 'x', quantity: 1 }] }))).toEqual([
      ['event_not_found', 'x', 0],
    ]);
    expect([box.seats('a')?.available, box.seats('b')?.available]).toEqual([10, 2]);
    expect(box.orders.size).toBe(0);
  });

  test('is held to the policy of each event by what its lines come to there', () => {
    const box = new Box({ a: { policy: { quantityPerBookingMax: 2 } }, b: {} });
    const lines = [...place.lines, { eventId: 'a', quantity: 1 }];
    expect(told(box.give(100, { ...place, lines }))).toEqual([['quantity_over_limit', 'a', 0]]);
    const second: OrderCommand = { ...place, orderId: 'o2' };
    expect(told(box.give(100, place, second))).toEqual([
      ['held 2', 'held 1'],
      ['bookings_over_limit', 'a', 0],
    ]);
  });

  test('is decided upon what the orders before it left, in one group as one by one', () => {
    const box = new Box({ a: { total: 3 }, b: {} });
    const others = ['bob', 'cat'].map((userId) => ({ ...place, orderId: userId, userId }));
    const lastSeat = { ...place, orderId: 'o4', userId: 'dan' };
    const asked = { ...lastSeat, lines: [{ eventId: 'a', quantity: 1 }] };
    const found = told(box.give(100, place, ...others, asked));
    const refusal = ['sold_out', 'a', 0];
    expect(found).toEqual([['held 2', 'held 1'], refusal, refusal, ['held 1']]);
    // What was refused at `a` has left nothing at `b`.
    expect(box.seats('b')).toEqual({ total: 10, available: 9, held: 1 });
  });

  test('takes the seats of holds that have lapsed', () => {
    const box = new Box({ a: { total: 2 }, b: {} });
    box.give(0, place);
    const late = { ...place, orderId: 'o2', userId: 'bob' };
    expect(told(box.give(59_999, late))).toEqual([['sold_out', 'a', 0]]);
    expect(told(box.give(60_000, late))).toEqual([['held 2', 'held 1']]);
    expect(box.seats('a')).toEqual({ total: 2, available: 0, held: 2 });
  });
});

describe('the same order again', () => {
  test('changes nothing, in whatever order its lines stand, and tells it as it is', () => {
    const box = new Box({ a: { total: 2 }, b: {} });
    const [first] = box.give(0, place);
    const mixed = { ...place, lines: place.lines.toReversed() };
    const split = [1, 1].map((quantity) => ({ eventId: 'a', quantity }));
    const again = { ...place, lines: [{ eventId: 'b', quantity: 1 }, ...split] };
    const found = box.give(10, place, mixed, again);
    expect(found).toEqual([1, 2, 3].map(() => ({ ...first, isChange: false })));
    expect(told(box.give(60_000, place))).toEqual([['expired 2', 'expired 1']]);
  });

  test('in the very group of the first one has one effect', () => {
    const box = new Box();
    expect(told(box.give(0, place, place))).toEqual([
      ['held 2', 'held 1'],
      ['held 2', 'held 1'],
    ]);
    expect(box.seats('a')?.held).toBe(2);
  });

  test('to be sold at once, confirms its holds, unless any of them has ended', () => {
    const box = new Box({ a: {}, b: { policy: { holdDurationMs: 1_000 } } });
    box.give(0, place, { ...place, orderId: 'o2', userId: 'bob' });
    const sold = { ...place, as: 'confirmed' } as const;
    expect(told(box.give(999, sold))).toEqual([['confirmed 2', 'confirmed 1']]);
    const late = { ...sold, orderId: 'o2', userId: 'bob' };
    expect(told(box.give(1_000, late))).toEqual([['held 2', 'expired 1']]);
    expect(box.seats('a')).toEqual({ total: 10, available: 6, held: 2 });
  });

  const other: readonly [string, Partial<PlaceOrder>][] = [
    ['fewer lines', { lines: place.lines.slice(1) }],
    ['a further line', { lines: [...place.lines, { eventId: 'c', quantity: 1 }] }],
    ['another event', { lines: [{ eventId: 'c', quantity: 1 }] }],
    ['another quantity', { lines: place.lines.map((line) => ({ ...line, quantity: 2 })) }],
    ['another user', { userId: 'bob' }],
  ];
  test.each(other)('with %s is refused as a whole: the id is taken', (_, change) => {
    const box = new Box({ a: {}, b: {}, c: {} });
    box.give(0, place);
    expect(told(box.give(10, { ...place, ...change }))).toEqual([['id_taken', null, null]]);
    expect(box.seats('c')?.available).toBe(10);
  });

  test('under the id of a booking that is no part of it is refused, and that line is named', () => {
    const box = new Box();
    const own = { type: 'booking_held', at: 0, bookingId: 'o1', userId: 'ann' } as const;
    const held = { ...own, quantity: 1, ordinal: 1, expiresAt: 60_000 };
    box.events.set('b', evolve(box.stateOf('b'), held));
    expect(told(box.give(10, place))).toEqual([['id_taken', 'b', 1]]);
    expect(box.seats('a')?.available).toBe(10);
  });
});

describe('an order that was placed', () => {
  test('is confirmed with all its holds, or not at all, and the first that has ended is named', () => {
    const box = new Box({ a: {}, b: { policy: { holdDurationMs: 1_000 } } });
    box.give(0, place);
    expect(told(box.give(1_000, confirm))).toEqual([['hold_lapsed', 'b', 1]]);
    expect(box.seats('a')?.held).toBe(2);
    expect(told(box.give(999, confirm, confirm))).toEqual([
      ['confirmed 2', 'confirmed 1'],
      ['confirmed 2', 'confirmed 1'],
    ]);
    expect(box.seats('a')).toEqual({ total: 10, available: 8, held: 0 });
  });

  test('gives back what it still has, and nothing twice', () => {
    const box = new Box({ a: {}, b: { policy: { holdDurationMs: 1_000 } } });
    box.give(0, place);
    const found = told(box.give(1_000, cancel, cancel, confirm));
    const ended = ['cancelled 2', 'expired 1'];
    expect(found).toEqual([ended, ended, ['booking_cancelled', 'a', 0]]);
    expect(box.seats('a')).toEqual({ total: 10, available: 10, held: 0 });
  });

  test("is not found by other users, and its bookings are the user's own", () => {
    const box = new Box();
    box.give(0, place);
    const missing = ['order_not_found', null, null];
    expect(told(box.give(1, { ...cancel, userId: 'bob' }))).toEqual([missing]);
    expect(told(box.give(1, { ...cancel, orderId: 'o9' }))).toEqual([missing]);
    expect(box.seats('a')?.held).toBe(2);
  });
});

const wrong: readonly [string, unknown][] = [
  ['commands[0].lines', { ...place, lines: [] }],
  ['commands[0].lines', { ...place, lines: Array.from({ length: 21 }, () => place.lines[0]) }],
  [
    'commands[0].lines[1].quantity',
    { ...place, lines: [place.lines[0], { eventId: 'b', quantity: '1' }] },
  ],
  ['commands[0].as', { ...place, as: 'sold' }],
  ['commands[0].orderId', { ...confirm, orderId: '' }],
  ['commands[0].type', { ...confirm, type: 'confirm' }],
];
test.each(wrong)('%s that is not what it should be is an error that names it', (field, command) => {
  const known = { orders: new Map(), events: new Map() };
  expect(() => decideOrders(known, [command as OrderCommand], 0)).toThrow(
    expect.objectContaining({ field }),
  );
});

const eventId = fc.constantFrom('a', 'b', 'c');
const orderId = fc.constantFrom('o1', 'o2', 'o3', 'o4', 'o5');
const userId = fc.constantFrom('ann', 'bob');
const lines: fc.Arbitrary<OrderLine[]> = fc.array(
  fc.record({ eventId, quantity: fc.integer({ min: 0, max: 3 }) }),
  { minLength: 1, maxLength: 4 },
);
const anyOrder: fc.Arbitrary<OrderCommand> = fc.oneof(
  {
    arbitrary: fc.record({
      type: fc.constant('placeOrder' as const),
      orderId,
      userId,
      as: fc.constantFrom('held' as const, 'confirmed' as const),
      lines,
    }),
    weight: 3,
  },
  fc.record({
    type: fc.constantFrom('confirmOrder' as const, 'cancelOrder' as const),
    orderId,
    userId,
  }),
);

test('whatever orders come, none is in part, no seat is sold twice, and a group is as one by one', () => {
  const sketch = { total: 6, policy: { activeBookingsPerUserMax: 2, holdDurationMs: 40 } };
  const fresh = () => new Box({ a: sketch, b: sketch, c: { ...sketch, total: 3 } });
  const property = (commands: readonly OrderCommand[], now: number) => {
    const [together, single] = [fresh(), fresh()];
    const decisions = commands.flatMap((command) => single.give(now, command));
    expect(together.give(now, ...commands)).toEqual(decisions);
    for (const [index, command] of commands.entries()) single.give(now + index * 10, command);
    for (const [id, state] of single.events) {
      const ordered = [...single.orders.values()].filter((order) =>
        order.lines.some((line) => line.eventId === id),
      );
      expect([...state.bookings.keys()].toSorted()).toEqual(
        ordered.map((each) => each.id).toSorted(),
      );
      expect(state.event !== null && isSound(state.event.capacity)).toBe(true);
    }
  };
  const commands = fc.array(anyOrder, { maxLength: 25 });
  fc.assert(fc.property(commands, fc.integer({ min: 0, max: 100 }), property), {
    seed,
    numRuns: 1_500,
  });
});
