import {
  type Create,
  type Decision,
  type EventState,
  type EventUpdated,
  eventNotes,
  explainNote,
  notesOn,
  type Transition,
  type Update,
} from '@holdfast/domain';
import { draft, given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const organizer = { organizerId: 'organizer' };
const policy = {
  quantityPerBookingMax: 10,
  activeBookingsPerUserMax: 1,
  holdDurationMs: 60_000,
  holdPauseMs: 0,
  cancelDeadlineMs: null,
  holdExtensionMaxMs: 0,
  extendsWhenSoldOut: true,
};
const create: Create = {
  type: 'create',
  eventId: 'event',
  ...organizer,
  title: 'A concert',
  date: 1_000_000_000,
  total: 10,
  saleWindow: { opensAt: null, closesAt: null },
  policy,
};
const closed: Transition = { type: 'event_closed', at: 5, as: 'closed' };

function eventOf(history: readonly Transition[]): EventState {
  const { event } = given(history).state;
  if (event === null) throw new Error('The history has no event.');
  return event;
}

function accepted(decision: Decision) {
  if (decision.status === 'refused') throw new Error(`refused: ${decision.reason}`);
  return decision;
}

describe('a sale whose end was never given', () => {
  const follows = { date: 1_000, saleFollowsDate: true };
  const sketch = { ...follows, saleWindow: { opensAt: 100, closesAt: 1_000 } };
  const moveTo = (date: number): Update => ({
    type: 'update',
    ...organizer,
    title: null,
    date,
    saleWindow: null,
    policy: null,
  });
  const reserve = { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 1 } as const;

  test('ends at the date', () => {
    const given0: Create = {
      ...create,
      date: 1_000,
      saleWindow: { opensAt: 100, closesAt: 'date' },
    };
    given([]).when(given0, 0).then(draft(sketch));
    expect(notesOn(eventOf(draft(sketch)))).toEqual([]);
  });

  test('moves with it, there and back', () => {
    const before = onSale(sketch);
    for (const date of [5_000, 500]) {
      const moved = given(before).when(moveTo(date), 200);
      const { transitions } = accepted(moved.decision);
      const after = [...before, ...transitions];
      expect(eventOf(after).rules.saleWindow).toEqual({ opensAt: 100, closesAt: date });
      given(after).when(reserve, date).thenRefused('sale_ended');
      expect(given(after).when(reserve, date - 1).decision.status).toBe('accepted');
    }
  });

  test('stays where it is once it is given, also as never, and follows again when that is said', () => {
    for (const closesAt of [900, null]) {
      const fixed = accepted(
        given(onSale(sketch)).when({ ...moveTo(1_000), saleWindow: { closesAt } }, 200).decision,
      );
      const history = [...onSale(sketch), ...fixed.transitions];
      const later = accepted(given(history).when(moveTo(5_000), 300).decision);
      const moved = [...history, ...later.transitions];
      expect(eventOf(moved).rules.saleWindow).toEqual({ opensAt: 100, closesAt });
      const update = { ...moveTo(6_000), saleWindow: { closesAt: 'date' } } as const;
      const again = accepted(given(moved).when(update, 400).decision);
      expect(eventOf([...moved, ...again.transitions])).toMatchObject({
        saleFollowsDate: true,
        rules: { saleWindow: { opensAt: 100, closesAt: 6_000 } },
      });
    }
  });

  test('cannot be moved to before it opens, nor a running one to what has passed', () => {
    given(onSale(sketch)).when(moveTo(100), 50).thenRefused('invalid_rules');
    given(onSale(sketch)).when(moveTo(300), 300).thenRefused('sale_already_over');
    given(draft(sketch))
      .when(moveTo(300), 300)
      .then([{ ...updatedTo(300), at: 300 }]);
    given([...onSale(sketch), closed])
      .when(moveTo(300), 300)
      .then([{ ...updatedTo(300), at: 300 }]);
  });

  function updatedTo(date: number): EventUpdated {
    const { title } = create;
    const window = { opensAt: 100, closesAt: date };
    return { type: 'event_updated', at: 0, title, ...follows, date, saleWindow: window, policy };
  }

  test('is known of an old ledger by its being the same moment', () => {
    const [made] = draft(sketch);
    if (made?.type !== 'event_created') throw new Error('It begins with what was made.');
    const { saleFollowsDate: _, ...old } = made;
    expect(eventOf([old]).saleFollowsDate).toBe(true);
    const other = { opensAt: 100, closesAt: 999 };
    expect(eventOf([{ ...old, saleWindow: other }]).saleFollowsDate).toBe(false);
  });

  test('is no reason to refuse what does not touch it, however late', () => {
    expect(
      given(onSale(sketch)).when({ ...moveTo(1_000), title: 'B' }, 9_000).decision,
    ).toMatchObject({ status: 'accepted' });
  });
});

describe('an organizer is told of a sale that outlives its event', () => {
  test.each([
    ['closes after the date', { opensAt: null, closesAt: 1_001 }, ['sale_outlives_event']],
    ['never closes', { opensAt: null, closesAt: null }, ['sale_outlives_event']],
    ['closes at the date', { opensAt: null, closesAt: 1_000 }, []],
  ])('which %s', (_, window, notes) => {
    expect(notesOn(eventOf(onSale({ date: 1_000, saleWindow: window })))).toEqual(notes);
    expect(notesOn(eventOf([...onSale({ date: 1_000, saleWindow: window }), closed]))).toEqual([]);
  });

  test('in a sentence', () => {
    for (const note of eventNotes) expect(explainNote(note)).toMatch(/^[A-Z].*\.$/);
  });
});
