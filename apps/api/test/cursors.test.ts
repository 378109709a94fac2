import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bookingCursor, defineCursor, eventBookingCursor, eventCursor } from '../src/cursors.ts';

const id = '0199a8c0-5a5e-7c3f-8a53-0123456789ab';
const other = '0199a8c0-5a5e-7c3f-8a53-ba9876543210';

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a cursor comes back as the position that it was made of', () => {
  const position = { date: Date.UTC(2999, 0), id };
  expect(eventCursor.schema.parse(eventCursor.encode(position))).toEqual(position);
  const booking = { createdAt: Date.UTC(2026, 0), id, eventId: other };
  expect(bookingCursor.schema.parse(bookingCursor.encode(booking))).toEqual(booking);
  const ofEvent = { createdAt: 0, id };
  expect(eventBookingCursor.schema.parse(eventBookingCursor.encode(ofEvent))).toEqual(ofEvent);
});

test('a cursor is one word that needs no escaping in a URL', () => {
  expect(eventCursor.encode({ date: 8.64e12, id })).toMatch(/^[\w-]{1,300}$/);
  const last = { createdAt: 8.64e12, id, eventId: other };
  expect(bookingCursor.encode(last)).toMatch(/^[\w-]{1,300}$/);
});

describe('what is not a cursor of this list is bad input that names the cursor', () => {
  const wrongs: [string, unknown][] = [
    ['nothing', ''],
    ['a word', 'hello'],
    ['base64 with padding', `${encoded({ kind: 'events', position: { date: 0, id } })}=`],
    ['with a line break', `${encoded({ kind: 'events', position: { date: 0, id } })}\n`],
    ['of another list', bookingCursor.encode({ createdAt: 0, id, eventId: other })],
    ['with an id that is none', encoded({ kind: 'events', position: { date: 0, id: "' or 1=1" } })],
    ['with a date that is none', encoded({ kind: 'events', position: { date: 1e300, id } })],
    ['with another key', encoded({ kind: 'events', position: { date: 0, id, limit: 9 } })],
    ['that is a list', encoded([1])],
    ['that is null', encoded(null)],
    ['that is deep', Buffer.from('['.repeat(200)).toString('base64url')],
    ['longer than any', 'A'.repeat(10_000)],
    ['a number', 5],
  ];

  test.each(wrongs)('%s', (_, cursor) => {
    const result = z.strictObject({ cursor: eventCursor.schema }).safeParse({ cursor });
    expect(result.error?.issues.map((issue) => issue.path)).toEqual([['cursor']]);
  });
});

test('a cursor of a release that sorted bookings by their ids is refused, with the fix', () => {
  const old = [
    [bookingCursor, encoded({ kind: 'bookings', position: { id, eventId: other } })],
    [eventBookingCursor, encoded({ kind: 'event_bookings', position: id })],
  ] as const;
  for (const [{ schema }, cursor] of old) {
    const { error } = z.strictObject({ cursor: schema }).safeParse({ cursor });
    expect(error?.issues).toMatchObject([
      { path: ['cursor'], message: expect.stringContaining('leave it out to begin anew') },
    ]);
  }
});

test('a cursor of another list is refused even where the positions look alike', () => {
  const [tea, coffee] = [defineCursor('tea', z.int()), defineCursor('coffee', z.int())];
  expect(tea.schema.parse(tea.encode(1))).toBe(1);
  expect(coffee.schema.safeParse(tea.encode(1)).success).toBe(false);
});

test('keys of a cursor cannot reach the prototype', () => {
  const anything = defineCursor('x', z.strictObject({}));
  const text = Buffer.from('{"kind":"x","position":{"__proto__":{"polluted":1}}}');
  expect(anything.schema.safeParse(text.toString('base64url')).success).toBe(false);
  expect({}).not.toHaveProperty('polluted');
});
