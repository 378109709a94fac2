import {
  cancelDeadlineMsMax,
  type Close,
  type Create,
  type Decision,
  decide,
  type EventUpdated,
  type Open,
  type SetCapacity,
  stateOf,
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
const saleWindow = { opensAt: null, closesAt: null };
const create: Create = {
  type: 'create',
  eventId: 'event',
  ...organizer,
  title: 'A concert',
  date: 1_000_000_000,
  total: 10,
  saleWindow,
  policy,
};
const open: Open = { type: 'open', ...organizer };
const close: Close = { type: 'close', ...organizer, as: 'closed' };
const callOff: Close = { ...close, as: 'cancelled' };
const closed: Transition = { type: 'event_closed', at: 5, as: 'closed' };
const calledOff: Transition = { ...closed, as: 'cancelled' };
const held: Transition = {
  type: 'booking_held',
  at: 10,
  bookingId: 'b1',
  userId: 'ann',
  quantity: 4,
  ordinal: 1,
  expiresAt: 1_000,
};

function accepted(decision: Decision) {
  if (decision.status === 'refused') throw new Error(`refused: ${decision.reason}`);
  return decision;
}

describe('create', () => {
  test('makes a draft, all of whose seats are available', () => {
    given([]).when(create, 0).then(draft());
  });

  test('repeated, changes nothing, whatever the event has become since', () => {
    given(onSale()).when(create, 9).thenUnchanged();
    const title = 'Another';
    const { date } = create;
    const updated: EventUpdated = {
      type: 'event_updated',
      at: 3,
      title,
      date,
      saleWindow,
      policy,
    };
    given([...onSale(), updated, { type: 'capacity_set', at: 4, from: 10, to: 7 }])
      .when(create, 9)
      .thenUnchanged();
    given([...onSale(), updated, calledOff])
      .when(create, 9)
      .thenUnchanged();
    // What it has become is no content that it was created with.
    given([...onSale(), updated])
      .when({ ...create, title }, 9)
      .thenRefused('id_taken');
  });

  test('is compared with the event as it is, where nobody knows how it was made', () => {
    const { event } = given(onSale()).state;
    const state = stateOf(event && { ...event, title: 'Another' }, []);
    expect(decide(state, { ...create, title: 'Another' }, 9)).toMatchObject({ transitions: [] });
    expect(decide(state, create, 9)).toEqual({ status: 'refused', reason: 'id_taken' });
  });

  test('with other content finds its id taken', () => {
    given(onSale())
      .when({ ...create, title: 'Another' }, 9)
      .thenRefused('id_taken');
    given(onSale())
      .when({ ...create, organizerId: 'rival' }, 9)
      .thenRefused('id_taken');
    given(onSale())
      .when({ ...create, policy: { ...policy, holdDurationMs: 1 } }, 9)
      .thenRefused('id_taken');
    given(onSale())
      .when({ ...create, policy: { ...policy, holdPauseMs: 1 } }, 9)
      .thenRefused('id_taken');
  });

  test('with numbers that mean nothing is refused', () => {
    given([])
      .when({ ...create, total: 0 }, 0)
      .thenRefused('invalid_quantity');
    given([])
      .when({ ...create, saleWindow: { opensAt: 2, closesAt: 2 } }, 0)
      .thenRefused('invalid_rules');
    given([])
      .when({ ...create, policy: { ...policy, quantityPerBookingMax: 0.5 } }, 0)
      .thenRefused('invalid_rules');
    for (const holdPauseMs of [-1, 0.5, Number.NaN, 2 ** 31]) {
      given([])
        .when({ ...create, policy: { ...policy, holdPauseMs } }, 0)
        .thenRefused('invalid_rules');
    }
    for (const cancelDeadlineMs of [-1, 0.5, Number.NaN, cancelDeadlineMsMax + 1]) {
      given([])
        .when({ ...create, policy: { ...policy, cancelDeadlineMs } }, 0)
        .thenRefused('invalid_rules');
    }
  });
});

describe('open and close', () => {
  test('a draft goes on sale, and from there it is closed', () => {
    given(draft())
      .when(open, 0)
      .then([{ type: 'event_opened', at: 0 }]);
    given(onSale()).when(close, 5).then([closed]);
  });

  test('repeated, they change nothing', () => {
    given(onSale()).when(open, 0).thenUnchanged();
    given([...onSale(), closed])
      .when(close, 9)
      .thenUnchanged();
    given([...onSale(), calledOff])
      .when(callOff, 9)
      .thenUnchanged();
  });

  test('a closed sale can be opened again, and sells on', () => {
    given([...onSale(), closed])
      .when(open, 9)
      .then([{ type: 'event_opened', at: 9 }]);
    given([...onSale(), closed, { type: 'event_opened', at: 9 }])
      .when({ type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 4 }, 10)
      .then([{ ...held, expiresAt: 60_010 }]);
  });

  test('a sale that is over before it begins is not opened', () => {
    const past = { saleWindow: { opensAt: null, closesAt: 9 } };
    for (const history of [draft(past), [...onSale(past), closed]]) {
      given(history).when(open, 9).thenRefused('sale_already_over');
      given(history)
        .when(open, 8)
        .then([{ type: 'event_opened', at: 8 }]);
    }
    given(onSale(past)).when(open, 9).thenUnchanged();
  });

  test('an event that was called off does not begin again', () => {
    given([...onSale(), calledOff])
      .when(open, 9)
      .thenRefused('event_cancelled');
    given([...onSale(), calledOff])
      .when(close, 9)
      .thenRefused('event_cancelled');
    given(draft()).when(close, 9).thenRefused('not_on_sale');
  });

  test('an event can be called off in any status', () => {
    given(draft()).when(callOff, 5).then([calledOff]);
    given(onSale()).when(callOff, 5).then([calledOff]);
    given([...onSale(), closed])
      .when(callOff, 5)
      .then([calledOff]);
  });
});

describe('update', () => {
  const update: Update = {
    type: 'update',
    ...organizer,
    title: 'A better concert',
    date: null,
    saleWindow: null,
    policy: null,
  };

  test('changes what is named and keeps the rest', () => {
    given(onSale())
      .when(update, 7)
      .then([
        {
          type: 'event_updated',
          at: 7,
          title: 'A better concert',
          date: 1_000_000_000,
          saleWindow,
          saleFollowsDate: false,
          policy,
        },
      ]);
  });

  test('keeps what is left out of a policy or a window', () => {
    const sketch = { saleWindow: { opensAt: 5, closesAt: 90 } };
    const parts = { policy: { holdDurationMs: 5, quantityPerBookingMax: undefined } };
    const partly = { ...update, title: null, ...parts, saleWindow: { closesAt: 95 } };
    const { transitions } = accepted(given(onSale(sketch)).when(partly, 7).decision);
    expect(transitions).toMatchObject([
      { policy: { ...policy, holdDurationMs: 5 }, saleWindow: { opensAt: 5, closesAt: 95 } },
    ]);
    given(onSale(sketch))
      .when({ ...partly, policy: { holdDurationMs: 0 } }, 7)
      .thenRefused('invalid_rules');
    given(onSale(sketch))
      .when({ ...partly, saleWindow: { closesAt: 5 } }, 7)
      .thenRefused('invalid_rules');
  });

  test('to what is so already changes nothing', () => {
    given(onSale())
      .when({ ...update, title: 'A concert' }, 7)
      .thenUnchanged();
  });

  test('is refused for impossible rules and for an event that was called off', () => {
    given(onSale())
      .when({ ...update, saleWindow: { opensAt: 2, closesAt: 1 } }, 7)
      .thenRefused('invalid_rules');
    given([...onSale(), calledOff])
      .when(update, 7)
      .thenRefused('event_cancelled');
  });
});

describe('setCapacity', () => {
  const to = (total: number): SetCapacity => ({ type: 'setCapacity', ...organizer, total });

  test('adds seats, and takes away those that nobody has', () => {
    given([...onSale(), held])
      .when(to(12), 20)
      .then([{ type: 'capacity_set', at: 20, from: 10, to: 12 }]);
    given([...onSale(), held])
      .when(to(4), 20)
      .then([{ type: 'capacity_set', at: 20, from: 10, to: 4 }]);
  });

  test('never goes below what is held or sold', () => {
    given([...onSale(), held])
      .when(to(3), 999)
      .thenRefused('capacity_below_taken');
  });

  test('reclaims lapsed holds where that makes the difference', () => {
    const { type: _, ...facts } = held;
    given([...onSale(), held])
      .when(to(3), 1_000)
      .then([
        { ...facts, type: 'booking_expired', at: 1_000 },
        { type: 'capacity_set', at: 1_000, from: 10, to: 3 },
      ]);
  });

  test('to what it is changes nothing', () => {
    given(onSale()).when(to(10), 20).thenUnchanged();
  });

  test('to no quantity, or for an event that was called off, is refused', () => {
    given(onSale()).when(to(0), 20).thenRefused('invalid_quantity');
    given([...onSale(), calledOff])
      .when(to(11), 20)
      .thenRefused('event_cancelled');
  });
});

test("another organizer's event is as good as none", () => {
  const rival = { organizerId: 'rival' };
  for (const command of [
    { ...open, ...rival },
    { ...close, ...rival },
    { type: 'setCapacity', ...rival, total: 5 },
    { type: 'update', ...rival, title: null, date: null, saleWindow: null, policy: null },
  ] as const) {
    given(onSale()).when(command, 0).thenRefused('event_not_found');
    given([]).when(command, 0).thenRefused('event_not_found');
  }
});

describe('what is not public', () => {
  const off: Transition = { type: 'event_closed', at: 5, as: 'cancelled' };
  const named = { bookingId: 'b1', userId: 'ann' } as const;
  const commands = [
    { type: 'reserve', ...named, quantity: 1 },
    { type: 'book', ...named, quantity: 1 },
    { type: 'confirm', ...named },
    { type: 'cancel', ...named },
  ] as const;

  test.each(commands)('is to others as what does not exist: $type', (command) => {
    for (const history of [[], draft(), [...draft(), off]]) {
      given(history).when(command, 10).thenRefused('event_not_found');
    }
  });

  test('was never on sale: what was and is called off is everybody’s', () => {
    given([...onSale(), off])
      .when(commands[0], 10)
      .thenRefused('event_cancelled');
  });
});
