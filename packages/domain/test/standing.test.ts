import { type EventState, type Instant, standingOf } from '@holdfast/domain';
import { given, onSale } from '@holdfast/domain/testing';
import { describe, expect, test } from 'vitest';

const now: Instant = 1_000;

/** The event of a history. */
function eventOf(history: Parameters<typeof given>[0]): EventState {
  const { event } = given(history).state;
  if (event === null) throw new Error('The history has no event.');
  return event;
}

/** For how long a refusal may rest on the event of a history. */
function refusableFor(
  history: Parameters<typeof given>[0],
  nextLapseAt: Instant | null = null,
): number {
  return standingOf(eventOf(history), { nextLapseAt, now }).refusableForMs;
}

test('a standing says what was free at which version, and what one booking may ask for', () => {
  const event = eventOf(onSale({ total: 7, policy: { quantityPerBookingMax: 4 } }));
  expect(standingOf({ ...event, version: 3 }, { nextLapseAt: null, now })).toEqual({
    version: 3,
    availableSeats: 7,
    quantityPerBookingMax: 4,
    refusableForMs: Infinity,
  });
});

describe('a refusal may rest on it', () => {
  test('until the next hold lapses', () => {
    expect(refusableFor(onSale(), now + 400)).toBe(400);
  });

  test('until the sale window closes', () => {
    const saleWindow = { opensAt: null, closesAt: now + 300 };
    expect(refusableFor(onSale({ saleWindow }), now + 400)).toBe(300);
    expect(refusableFor(onSale({ saleWindow }), now + 200)).toBe(200);
  });
});

describe('no refusal may rest on it', () => {
  test('once a hold has lapsed, swept or not', () => {
    expect(refusableFor(onSale(), now)).toBe(0);
    expect(refusableFor(onSale(), now - 500)).toBe(0);
  });

  test('where another reason than sold_out would be given', () => {
    expect(refusableFor(onSale().slice(0, 1))).toBe(0);
    expect(refusableFor([...onSale(), { type: 'event_closed', at: 1, as: 'closed' }])).toBe(0);
    const closesAt = now + 9_000;
    expect(refusableFor(onSale({ saleWindow: { opensAt: now + 1, closesAt } }))).toBe(0);
    expect(refusableFor(onSale({ saleWindow: { opensAt: null, closesAt: now } }))).toBe(0);
  });
});
