import {
  activeBookingsOf,
  type Booking,
  type Command,
  type Decision,
  type Expire,
  changeCapacity,
  capacityChangeOf,
  decide,
  decideGroup,
  evolveCommit,
  hasSaleEnded,
  holdEndedAt,
  type Instant,
  initialState,
  isActive,
  isSound,
  type LedgerEntry,
  lapsedHolds,
  relevantTo,
  replay,
  type State,
  soldSeats,
  stateOf,
  isSpent,
  writeOf,
} from '@holdfast/domain';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beginning, history, type Step, timed } from './history.ts';

// Every run draws a seed and prints it; HOLDFAST_SEED repeats it. Eleven properties of 2,500 random
// histories each: more than 20,000 a run.
const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
if (!Number.isInteger(seed)) throw new Error('HOLDFAST_SEED must be a whole number.');
const options = { seed, numRuns: 2_500 };
console.info(`domain properties: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const start = evolveCommit(initialState, beginning);

/** Was the command refused, and is that all that was written? */
function isMark(booking: Booking | undefined): boolean {
  return booking !== undefined && isSpent(booking);
}

interface Moment {
  readonly before: State;
  readonly after: State;
  readonly command: Command;
  readonly now: Instant;
}

/** Decides and commits the steps one by one, and shows every moment on the way. */
function play(steps: readonly Step[], onMoment: (moment: Moment) => void = () => {}) {
  const ledger: LedgerEntry[] = beginning.map((transition) => ({ version: 1, transition }));
  let state = start;
  for (const { command, now } of timed(steps)) {
    const { transitions } = decideGroup(state, [command], now);
    const after = evolveCommit(state, transitions);
    ledger.push(
      ...transitions.map((transition) => ({ version: after.event?.version ?? 0, transition })),
    );
    onMoment({ before: state, after, command, now });
    state = after;
  }
  return { state, ledger };
}

function holds(property: (steps: readonly Step[]) => void): void {
  fc.assert(fc.property(history, property), options);
}

function seatsOf(state: State, status: Booking['status']): number {
  let seats = 0;
  for (const booking of state.bookings.values()) {
    if (booking.status === status) seats += booking.quantity;
  }
  return seats;
}

describe('whatever commands come, in whatever order', () => {
  test('no seat is sold twice, and the counters are the sums over the bookings', () => {
    holds((steps) => {
      play(steps, ({ after }) => {
        const capacity = after.event?.capacity ?? { total: 0, available: 0, held: 0 };
        expect(isSound(capacity)).toBe(true);
        expect(capacity.held).toBe(seatsOf(after, 'held'));
        expect(soldSeats(capacity)).toBe(seatsOf(after, 'confirmed'));
      });
    });
  });

  test('a user never has two active bookings in one place', () => {
    holds((steps) => {
      const { state } = play(steps);
      for (const userId of state.bookingIdsByUser.keys()) {
        // Lapsed and not yet swept ones count here: the unique index counts them, too.
        const ordinals = activeBookingsOf(state, userId, 0).map((booking) => booking.ordinal);
        expect(new Set(ordinals).size).toBe(ordinals.length);
      }
    });
  });

  test('a hold that replaces others takes their place at once, and lasts no longer', () => {
    holds((steps) => {
      play(steps, ({ before, after, command, now }) => {
        if (command.type !== 'reserve' || command.replace !== true || before === after) return;
        const replacing = after.bookings.get(command.bookingId);
        if (isMark(replacing)) return;
        for (const old of activeBookingsOf(before, command.userId, now)) {
          const ended = { status: 'cancelled', cancelledAt: now, cancelledBy: 'replacement' };
          const expected = old.status === 'held' ? ended : old;
          expect(after.bookings.get(old.id)).toMatchObject(expected);
          const latest = old.status === 'held' ? old.expiresAt : Infinity;
          expect(replacing?.status === 'held' && replacing.expiresAt).toBeLessThanOrEqual(latest);
        }
      });
    });
  });

  test('a lapsed hold is sold only upon request, and only from free seats and within the limit', () => {
    holds((steps) => {
      play(steps, ({ before, after, command, now }) => {
        if (command.type !== 'confirm' || before === after) return;
        const booking = before.bookings.get(command.bookingId);
        const isLive = booking !== undefined && isActive(booking, now);
        expect(isLive || command.ifLapsed === 'reacquire').toBe(true);
        if (isLive || before.event === null) return;
        const { policy, saleWindow, status } = before.event.rules;
        expect([status, hasSaleEnded(saleWindow, now)]).toEqual(['on_sale', false]);
        const active = activeBookingsOf(after, command.userId, now);
        expect(active.length).toBeLessThanOrEqual(policy.activeBookingsPerUserMax);
      });
    });
  });

  test('the ledger replayed is the state', () => {
    holds((steps) => {
      const { state, ledger } = play(steps);
      expect(replay(ledger)).toEqual(state);
    });
  });

  test('a command repeated changes nothing and is answered the same', () => {
    holds((steps) => {
      play(steps, ({ before, after, command, now }) => {
        // A sweep that was cut short by its limit goes on when it is repeated.
        const first = decide(before, command, now);
        if (command.type === 'expire' && isCutShort(first, command)) return;
        const again = decide(after, command, now);
        const expected = first.status === 'accepted' ? { ...first, transitions: [] } : first;
        expect(again).toEqual(expected);
      });
    });
  });

  test('a group is decided as if its commands came one by one', () => {
    holds((steps) => {
      const now = 50;
      const commands = steps.map((step) => step.command);
      const group = decideGroup(start, commands, now);
      let state = start;
      const oneByOne = commands.map((command) => {
        const { decisions, transitions } = decideGroup(state, [command], now);
        state = evolveCommit(state, transitions);
        return decisions[0];
      });
      expect(group.decisions).toEqual(oneByOne);
      expect(evolveCommit(start, group.transitions).bookings).toEqual(state.bookings);
      expect(group.after.event?.capacity).toEqual(state.event?.capacity);
    });
  });

  test('a decision needs to see no more than what is relevant to it', () => {
    holds((steps) => {
      play(steps, ({ before, command, now }) => {
        const group = decideGroup(before, [command], now);
        const onRelevant = decideGroup(relevantPart(before, command, now), [command], now);
        expect(onRelevant.decisions).toEqual(group.decisions);
      });
    });
  });

  test('seats stay sound for as long as what the group relied on holds, and not with one less', () => {
    holds((steps) => {
      const half = Math.ceil(steps.length / 2);
      const { state } = play(steps.slice(0, half));
      const commands = steps
        .slice(half)
        .map((step) => step.command)
        .filter((command) => 'bookingId' in command || command.type === 'expire');
      const { transitions, reliance } = decideGroup(state, commands, 300);
      expect(lowestAvailable(reliance.seatsAvailableMin, transitions)).toBeGreaterThanOrEqual(0);
      if (reliance.seatsAvailableMin === 0) return;
      expect(lowestAvailable(reliance.seatsAvailableMin - 1, transitions)).toBeLessThan(0);
    });
  });

  test('what is to be written of a group, added to what was there, is what the group left', () => {
    holds((steps) => {
      const half = Math.ceil(steps.length / 2);
      const { state: before } = play(steps.slice(0, half));
      const commands = steps.slice(half).map((step) => step.command);
      const group = decideGroup(before, commands, 300);
      const { capacityChange, movedBookings, newBookings } = writeOf(group);
      const bookings = new Map(before.bookings);
      for (const { booking, seen } of movedBookings) {
        expect(bookings.get(booking.id)).toEqual(seen);
        bookings.set(booking.id, booking);
      }
      for (const booking of newBookings) {
        expect(bookings.has(booking.id)).toBe(false);
        bookings.set(booking.id, booking);
      }
      expect(bookings).toEqual(group.after.bookings);
      const seen = before.event?.capacity ?? { total: 0, available: 0, held: 0 };
      expect(changeCapacity(seen, capacityChange)).toEqual(group.after.event?.capacity);
    });
  });

  test('nobody is refused for seats that are there when the group is written', () => {
    holds((steps) => {
      const half = Math.ceil(steps.length / 2);
      const { state } = play(steps.slice(0, half));
      const commands = steps
        .slice(half)
        .map((step) => step.command)
        .filter((command) => 'bookingId' in command);
      const group = decideGroup(state, commands, 300);
      const { seatsAvailableMin: least, seatsAvailableMax: most } = group.reliance;
      const seen = state.event?.capacity.available ?? 0;
      for (let available = least; available <= (most ?? seen + 4); available += 1) {
        const then = decideGroup(withAvailable(state, available), commands, 300);
        const isAsBefore = (index: number) =>
          then.decisions[index]?.status === group.decisions[index]?.status;
        const index = commands.findIndex((_, each) => !isAsBefore(each));
        const command = commands[index];
        if (command === undefined) continue;
        // What was read before the group began is a good reason to refuse, whatever came since; what
        // then follows from the other decision is another history.
        expect(group.decisions[index]?.status).toBe('refused');
        expect(decide(state, command, 300).status).toBe('refused');
      }
    });
  });
});

/** The same state, but that other writers have taken or given back seats. */
function withAvailable(state: State, available: number): State {
  if (state.event === null) return state;
  const { capacity } = state.event;
  const total = capacity.total + available - capacity.available;
  const event = { ...state.event, capacity: { ...capacity, total, available } };
  return { ...state, event };
}

function isCutShort(sweep: Decision, { bookingCountMax }: Expire): boolean {
  return sweep.status === 'accepted' && sweep.transitions.length === bookingCountMax;
}

/** The event, and of its bookings only those that `relevantTo` names. */
function relevantPart(state: State, command: Command, now: Instant): State {
  const { bookingIds, userIds, lapsedHoldCount, ...ofCalledOff } = relevantTo([command]);
  const { calledOffCount, calledOffAfterId } = ofCalledOff;
  const named = bookingIds.flatMap((id) => state.bookings.get(id) ?? []);
  const ofUsers = [...state.bookings.values()].filter(
    ({ userId, status }) =>
      userIds.includes(userId) && (status === 'held' || status === 'confirmed'),
  );
  const ended = userIds.flatMap((userId) => lastEndedHold(state, userId) ?? []);
  const lapsed = lapsedHolds(state, now).slice(0, lapsedHoldCount);
  const isCalledOff = state.event?.rules.status === 'cancelled';
  const calledOff = [...state.bookings.values()]
    .filter(({ status }) => isCalledOff && (status === 'held' || status === 'confirmed'))
    .filter(({ id }) => id > (calledOffAfterId ?? ''))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, calledOffCount);
  return stateOf(state.event, [...named, ...ofUsers, ...ended, ...lapsed, ...calledOff]);
}

/** Of a user's holds the last to end without a sale, where the policy has a pause. */
function lastEndedHold({ event, bookings }: State, userId: string): Booking | undefined {
  if (event === null || event.rules.policy.holdPauseMs === 0) return undefined;
  const endOf = (booking: Booking) => holdEndedAt(booking) ?? -1;
  return [...bookings.values()]
    .filter((booking) => booking.userId === userId && holdEndedAt(booking) !== null)
    .toSorted((a, b) => endOf(b) - endOf(a))[0];
}

/** The fewest seats available on the way, when the transitions begin with so many. */
function lowestAvailable(available: number, transitions: Parameters<typeof evolveCommit>[1]) {
  let capacity = { total: available, available, held: 0 };
  let lowest = available;
  for (const transition of transitions) {
    capacity = changeCapacity(capacity, capacityChangeOf(transition));
    lowest = Math.min(lowest, capacity.available);
  }
  return lowest;
}
