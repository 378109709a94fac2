import {
  type Command,
  decide,
  replay,
  type State,
  stateOf,
  type Transition,
} from '@holdfast/domain';
import { onSale } from '@holdfast/domain/testing';
import { expect, test } from 'vitest';

/** What the rules see of an event whose bookings are in the archive. */
function archived(transitions: readonly Transition[]): State {
  const { event } = replay(transitions.map((transition) => ({ version: 1, transition })));
  if (event === null) throw new Error('An event was to be made.');
  return stateOf({ ...event, isArchived: true }, []);
}

const claim = { type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 1 } as const;
const own = { bookingId: 'b1', userId: 'ann' } as const;
const organizerId = 'organizer';
const actor = { role: 'organizer', id: organizerId, reason: 'late' } as const;

test.each<Command>([
  claim,
  { ...claim, type: 'book' },
  { ...claim, actor },
  { type: 'confirm', ...own },
  { type: 'cancel', ...own },
  { type: 'extend', ...own },
  { type: 'changeQuantity', ...own, quantity: 2 },
  { type: 'transfer', ...own, toUserId: 'bob' },
  { type: 'accept', ...own },
  { type: 'open', organizerId },
  { type: 'close', organizerId, as: 'cancelled' },
  { type: 'setCapacity', organizerId, total: 1 },
  { type: 'update', organizerId, title: 'New', date: null, saleWindow: null, policy: null },
])('an archived event refuses $type, though it is on sale', (command) => {
  const refused = { status: 'refused', reason: 'event_archived' };
  expect(decide(archived(onSale()), command, 1_000)).toEqual(refused);
});

test('to those who may not know of it, an archived event does not exist', () => {
  const draft = archived(onSale().filter(({ type }) => type === 'event_created'));
  for (const command of [claim, { type: 'open', organizerId: 'rival' } as const]) {
    expect(decide(draft, command, 1_000)).toMatchObject({ reason: 'event_not_found' });
  }
});

test('of an archived event the sweep finds nothing', () => {
  const swept = decide(archived(onSale()), { type: 'expire', bookingCountMax: 10 }, 1_000);
  expect(swept).toEqual({ status: 'accepted', transitions: [] });
});
