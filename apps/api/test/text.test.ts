import { describe, expect, test } from 'vitest';
import { isName, isTitle, userId } from '@holdfast/process';
import { createInput, updateInput } from '../src/event-input.ts';

const eventId = '0199a8c0-5a5e-7c3f-8a53-0123456789ab';
const event = { eventId, title: 'Tea', date: '2999-06-01T20:00:00Z', seatCount: 5 };

/** Nothing is seen of these, however often they stand there. */
const blanks: readonly (readonly [string, string])[] = [
  ['a zero-width space', '\u200b'],
  ['a zero-width non-joiner', '\u200c'],
  ['a zero-width joiner', '\u200d'],
  ['a word joiner', '\u2060'],
  ['a byte order mark', '\ufeff'],
  ['a soft hyphen', '\u00ad'],
  ['a Hangul filler', '\u3164'],
  ['a Hangul filler of the first kind', '\u115f'],
  ['a Hangul filler of the second kind', '\u1160'],
  ['a half-width Hangul filler', '\uffa0'],
  ['a blank of Braille', '\u2800'],
  ['a no-break space', '\u00a0'],
  ['an ideographic space', '\u3000'],
  ['a mark of direction', '\u200f'],
  ['a variation selector', '\ufe0f'],
  ['a tag', '\u{e0041}'],
  ['a separator that Mongolian had', '\u180e'],
];

/** Wrong wherever they stand. */
const breaks: readonly (readonly [string, string])[] = [
  ['a separator of lines', '\u2028'],
  ['a separator of paragraphs', '\u2029'],
  ['the next line of old terminals', '\u0085'],
  ['a bell', '\u0007'],
  ['an override of direction', '\u202e'],
  ['an embedding', '\u202b'],
  ['an isolate', '\u2066'],
  ['an isolate that ends', '\u2069'],
  ['half of a pair', '\ud83c'],
  ['the other half', '\udfaa'],
];

/** The fields that are named as wrong. */
function fieldsOf(result: ReturnType<typeof createInput.safeParse>): readonly string[] {
  return result.success ? [] : result.error.issues.map(({ path }) => path.join('.'));
}

describe('a title of which nothing is seen is refused, and the field is named', () => {
  test.each(blanks)('%s', (_, blank) => {
    for (const title of [blank, blank.repeat(20), ` ${blank} ${blank}\u00a0`]) {
      expect(fieldsOf(createInput.safeParse({ ...event, title }))).toEqual(['title']);
      expect(updateInput.safeParse({ eventId, title }).success).toBe(false);
    }
  });
});

describe('a title that breaks its line, or turns its direction, is refused wherever it does', () => {
  test.each(breaks)('%s', (_, character) => {
    for (const title of [character, `${character}Tea`, `Te${character}a`]) {
      if (title.trim() === 'Tea') continue;
      expect(fieldsOf(createInput.safeParse({ ...event, title }))).toEqual(['title']);
    }
  });
});

test.each([
  'Späti 🎪',
  'Ω',
  '👩‍👩‍👧 at the zoo',
  '1️⃣ ❤️',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} against 🇩🇪',
  'می\u200cخواهم',
  'ភាសា\u200bខ្មែរ',
  'שלום\u200f!',
  '⠓⠊\u2800⠞⠓⠑⠗⠑',
  'Cafe\u0301',
  '東京\u3000ドーム',
])('negative control: people write titles like %s', (title) => {
  expect(isTitle(title)).toBe(true);
  expect(createInput.parse({ ...event, title }).title).toBe(title);
});

describe('a name in a token has nothing in it that is not seen', () => {
  test.each([...blanks, ...breaks])('%s', (_, character) => {
    for (const name of [character, `ada${character}`, `${character}ada`, `a${character}da`]) {
      expect(isName(name)).toBe(false);
      expect(userId.safeParse(name).success).toBe(false);
    }
  });

  test.each(['', ' ', '   '])('%j is no name', (name) => {
    expect(userId.safeParse(name).success).toBe(false);
  });

  test.each(['ada', 'auth0|5f7c', 'Ada Lovelace', 'ада@пример.рф', '+49 30 1', '猫', '🎪'])(
    'negative control: %s is one',
    (name) => {
      expect(userId.parse(name)).toBe(name);
    },
  );
});
