import type { BookingCommand, Command, Instant } from '@holdfast/domain';
import { draft } from '@holdfast/domain/testing';
import fc from 'fast-check';

/** A command and how long after the one before it, in milliseconds, it comes. */
export interface Step {
  readonly command: Command;
  readonly afterMs: number;
}

/** What every random history begins with: few seats, short holds, two bookings a user. */
export const beginning = draft({
  total: 6,
  policy: {
    quantityPerBookingMax: 4,
    activeBookingsPerUserMax: 2,
    holdDurationMs: 50,
    holdPauseMs: 10,
    cancelDeadlineMs: 1_000,
    holdExtensionMaxMs: 60,
    extendsWhenSoldOut: false,
  },
  saleWindow: { opensAt: 5, closesAt: 400 },
});

// Few ids, so that commands meet: repeat each other, contradict each other, take each other's.
const bookingId = fc.constantFrom('b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8');
const userId = fc.constantFrom('ann', 'bob', 'cat');
const organizerId = fc.constantFrom('organizer', 'organizer', 'organizer', 'rival');
const quantity = fc.integer({ min: 0, max: 5 });
const actor = fc.option(
  fc.record({
    role: fc.constantFrom('organizer', 'admin'),
    id: fc.constantFrom('organizer', 'rival'),
    reason: fc.constant('asked by telephone'),
  }),
  { nil: undefined, freq: 4 },
);

const isRepeat = fc.constantFrom(undefined, undefined, true);

const claim = fc.oneof(
  fc.record({
    type: fc.constant('reserve'),
    bookingId,
    userId,
    quantity,
    actor,
    replace: fc.constantFrom(undefined, undefined, true),
    isRepeat,
  }),
  fc.record({ type: fc.constant('book'), bookingId, userId, quantity, actor, isRepeat }),
);
const follow = fc.oneof(
  fc.record({ type: fc.constantFrom('cancel', 'extend'), bookingId, userId, actor }),
  fc.record({
    type: fc.constant('confirm'),
    bookingId,
    userId,
    actor,
    ifLapsed: fc.constantFrom(undefined, 'refuse', 'reacquire', 'reacquire'),
  }),
);
const changeQuantity = fc.record({
  type: fc.constant('changeQuantity'),
  bookingId,
  userId,
  quantity,
  actor,
  expectedQuantity: fc.constantFrom(undefined, undefined, 1, 2),
});
const transfer = fc.oneof(
  fc.record({
    type: fc.constant('transfer'),
    bookingId,
    userId,
    toUserId: fc.option(userId, { freq: 6 }),
    actor,
  }),
  fc.record({ type: fc.constant('accept'), bookingId, userId }),
);
const bookingCommand: fc.Arbitrary<BookingCommand> = fc.oneof(
  { arbitrary: claim, weight: 3 },
  { arbitrary: follow, weight: 2 },
  { arbitrary: changeQuantity, weight: 1 },
  { arbitrary: transfer, weight: 2 },
);
// Any part of it may be left out.
const policy = fc.record(
  {
    quantityPerBookingMax: fc.integer({ min: 0, max: 4 }),
    activeBookingsPerUserMax: fc.integer({ min: 1, max: 3 }),
    holdDurationMs: fc.integer({ min: 1, max: 90 }),
    holdPauseMs: fc.constantFrom(0, 20, 60),
    cancelDeadlineMs: fc.constantFrom(null, 0, 1_900),
    holdExtensionMaxMs: fc.constantFrom(0, 30, 200),
    extendsWhenSoldOut: fc.boolean(),
  },
  { requiredKeys: [] },
);
const saleWindow = fc.record(
  {
    opensAt: fc.constantFrom(null, 10, 300),
    closesAt: fc.constantFrom(null, 'date' as const, 200, 900),
  },
  { requiredKeys: [] },
);
// What somebody can have seen before the history begins.
const expectedVersion = fc.constantFrom(undefined, undefined, 0, 1);
const organizerCommand: fc.Arbitrary<Command> = fc.oneof(
  {
    arbitrary: fc.record({ type: fc.constant('open'), organizerId, expectedVersion }),
    weight: 4,
  },
  fc.record({
    type: fc.constant('close'),
    organizerId,
    expectedVersion,
    as: fc.constantFrom('closed', 'closed', 'cancelled'),
  }),
  {
    arbitrary: fc.record({
      type: fc.constant('setCapacity'),
      organizerId,
      expectedVersion,
      total: fc.integer({ min: 0, max: 12 }),
    }),
    weight: 3,
  },
  fc.record({
    type: fc.constant('update'),
    organizerId,
    expectedVersion,
    title: fc.constantFrom(null, 'A better concert'),
    date: fc.constantFrom(null, 150, 2_000),
    saleWindow: fc.option(saleWindow),
    policy: fc.option(policy),
  }),
);
const sweep = fc.record({
  type: fc.constant('expire'),
  bookingCountMax: fc.integer({ min: 1, max: 3 }),
  afterBookingId: fc.constantFrom(undefined, 'b3'),
});
const command: fc.Arbitrary<Command> = fc.oneof(
  { arbitrary: bookingCommand, weight: 16 },
  { arbitrary: organizerCommand, weight: 2 },
  { arbitrary: sweep, weight: 1 },
);

const openFirst: Step = { command: { type: 'open', organizerId: 'organizer' }, afterMs: 1 };

/** A random history: mostly an event on sale, up to 40 commands, time passing between them. */
export const history: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.record({ command, afterMs: fc.integer({ min: 0, max: 30 }) }), { maxLength: 40 })
  .map((steps) => [openFirst, ...steps]);

/** Each step with the moment that it comes at. */
export function timed(steps: readonly Step[]): readonly { command: Command; now: Instant }[] {
  let now = 0;
  return steps.map((step) => {
    now += step.afterMs;
    return { command: step.command, now };
  });
}
