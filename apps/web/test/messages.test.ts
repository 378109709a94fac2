import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { languages } from '../src/language/languages.ts';
import { type Message, sayIn } from '../src/language/messages.ts';

const folder = new URL('../messages/', import.meta.url);
const files = readdirSync(folder);
const sets = [...new Set(files.map((file) => file.split('.')[0] ?? ''))];

const messagesOf = (set: string, language: string): Readonly<Record<string, Message>> =>
  JSON.parse(readFileSync(new URL(`${set}.${language}.json`, folder), 'utf8'));

/** The names of the values that stand in a message, in all its forms. */
function placeholdersOf(message: Message | undefined): readonly string[] {
  const found = JSON.stringify(message ?? '').matchAll(/\{(\w+)\}/g);
  return [...new Set([...found].map(([, name = '']) => name))].toSorted();
}

describe.each(sets)('the messages of %s', (set) => {
  const [first = {}, ...others] = languages.map((language) => messagesOf(set, language));

  test('have the same keys in every language, and no empty text', () => {
    for (const other of others) {
      expect(Object.keys(other).toSorted()).toEqual(Object.keys(first).toSorted());
    }
    expect(JSON.stringify([first, ...others])).not.toMatch(/:""/);
  });

  test('have the same values in every language, and plural forms where there is a number', () => {
    for (const other of others) {
      for (const [key, message] of Object.entries(first)) {
        expect({ key, values: placeholdersOf(other[key]) }).toEqual({
          key,
          values: placeholdersOf(message),
        });
        expect({ key, form: typeof other[key] }).toEqual({ key, form: typeof message });
      }
    }
  });
});

test('every file is of a language that the pages speak', () => {
  const expected = sets.flatMap((set) => languages.map((language) => `${set}.${language}.json`));
  expect(files.toSorted()).toEqual(expected.toSorted());
});

describe('a message', () => {
  const seats = { one: '{count} seat of {title}', other: '{count} seats of {title}' };
  const catalogue = { en: { seats }, de: { seats } };

  test('has its number’s plural form, and numbers as its language writes them', () => {
    const sayGerman = sayIn(catalogue, 'de');
    expect(sayGerman('seats', { count: 1, title: 'A' })).toBe('1 seat of \u2068A\u2069');
    expect(sayGerman('seats', { count: 1_200, title: 'A' })).toBe('1.200 seats of \u2068A\u2069');
    expect(sayIn(catalogue, 'en')('seats', { count: 1_200, title: 'A' })).toContain('1,200');
  });

  test('keeps what somebody typed apart, and takes no placeholder from it', () => {
    const say = sayIn(catalogue, 'en');
    const title = '\u202Egnp.exe {count}';
    expect(say('seats', { count: 2, title })).toBe(`2 seats of \u2068${title}\u2069`);
  });
});
