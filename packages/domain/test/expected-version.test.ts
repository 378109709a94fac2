import {
  type Close,
  decide,
  decideGroup,
  evolveCommit,
  initialState,
  type Open,
  type SetCapacity,
  type Transition,
  type Update,
} from '@holdfast/domain';
import { draft, given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const organizer = { organizerId: 'organizer' };
const open: Open = { type: 'open', ...organizer };
const close: Close = { type: 'close', ...organizer, as: 'closed' };
const callOff: Close = { ...close, as: 'cancelled' };
const closed: Transition = { type: 'event_closed', at: 5, as: 'closed' };
const held: Transition = {
  type: 'booking_held',
  at: 10,
  bookingId: 'b1',
  userId: 'ann',
  quantity: 4,
  ordinal: 1,
  expiresAt: 1_000,
};

describe('a command that was decided upon an older version', () => {
  // What a test is given is all of one commit, the first.
  const stale = { expectedVersion: 0 };
  const update: Update = {
    type: 'update',
    ...organizer,
    title: 'B',
    date: null,
    saleWindow: null,
    policy: null,
  };
  const resize: SetCapacity = { type: 'setCapacity', ...organizer, total: 5 };

  test('is refused where its organizer has changed the event since', () => {
    for (const command of [update, resize, close, callOff]) {
      given(onSale())
        .when({ ...command, ...stale }, 9)
        .thenRefused('event_changed');
      expect(given(onSale()).when({ ...command, expectedVersion: 1 }, 9).decision.status).toBe(
        'accepted',
      );
    }
    given(draft())
      .when({ ...open, ...stale }, 9)
      .thenRefused('event_changed');
  });

  test('is accepted where it is so already: the same command again has one effect', () => {
    const same = [{ ...update, title: 'A concert' }, { ...resize, total: 10 }, open];
    for (const command of same) {
      given(onSale())
        .when({ ...command, ...stale }, 9)
        .thenUnchanged();
    }
    given([...onSale(), closed])
      .when({ ...close, ...stale }, 9)
      .thenUnchanged();
  });

  test('is accepted where there were nothing but sales since', () => {
    const beforeSale = evolveCommit(initialState, onSale());
    const state = evolveCommit(beforeSale, [held]);
    expect(state.event).toMatchObject({ version: 2, organizedVersion: 1 });
    expect(decide(state, { ...update, expectedVersion: 1 }, 20).status).toBe('accepted');
  });

  test('is refused within a group, too, where one before it in the group changed the event', () => {
    const state = evolveCommit(initialState, onSale());
    const seen = { expectedVersion: 1 };
    const commands = [
      { ...resize, ...seen },
      { ...resize, ...seen, total: 8 },
    ];
    const { decisions } = decideGroup(state, commands, 9);
    expect(decisions.map(({ status }) => status)).toEqual(['accepted', 'refused']);
  });
});
