import { newId } from '@holdfast/client';
import { expect, test } from 'vitest';
import { holdJournal, type KeptText } from '../src/hold-journal.ts';

const eventId = newId();

function textInMemory(): KeptText {
  const texts = new Map<string, string>();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => void texts.set(key, value),
    removeItem: (key) => void texts.delete(key),
  };
}

const journalOf = (kept: KeptText, userId = 'ann') => holdJournal({ kept, userId, makeId: newId });

test('an id is made once, and is used again until it is settled', () => {
  const kept = textInMemory();
  const first = journalOf(kept).begin(eventId);
  expect(first.isNew).toBe(true);
  // Another page, after a reload, say.
  const journal = journalOf(kept);
  expect(journal.begin(eventId)).toEqual({ bookingId: first.bookingId, isNew: false });
  journal.end(eventId, first.bookingId);
  expect(journal.find(eventId)).toBeNull();
  expect(journal.begin(eventId).bookingId).not.toBe(first.bookingId);
});

test('who settles an older id leaves the one under way alone', () => {
  const journal = journalOf(textInMemory());
  const { bookingId } = journal.begin(eventId);
  journal.end(eventId, newId());
  expect(journal.find(eventId)).toBe(bookingId);
});

test('users and events do not see each other', () => {
  const kept = textInMemory();
  journalOf(kept, 'ann').begin(eventId);
  expect(journalOf(kept, 'ann').find(newId())).toBeNull();
  for (const other of ['bob', 'ann:', `ann:${eventId}`, 'Ann', '']) {
    expect(journalOf(kept, other).find(eventId)).toBeNull();
  }
});

test('what is no id counts for nothing', () => {
  const kept = textInMemory();
  const journal = journalOf(kept);
  kept.setItem(journal.keyOf(eventId), '<script>alert(1)</script>');
  expect(journal.find(eventId)).toBeNull();
  expect(journal.begin(eventId).isNew).toBe(true);
});
