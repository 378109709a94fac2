import type { Language } from './languages.ts';

/** A text, or one for each plural form that a language has. Values stand in it as `{name}`. */
export type Message = string | { readonly one: string; readonly other: string };

/** What stands in a message: `count` chooses the plural form. */
export type Values = Readonly<Record<string, string | number>>;

/** A set of messages in each language. A key that one language lacks does not compile. */
export type Catalogue<Key extends string> = Readonly<
  Record<Language, Readonly<Record<Key, Message>>>
>;

/** Says a message in one language. */
export type Say<Key extends string> = (key: Key, values?: Values) => string;

/**
 * Says the messages of a catalogue in a language: numbers as that language writes them, and each text that somebody has
 * typed in isolation, so that writing directions in it end with it.
 *
 * @example
 * const say = sayIn({ en, de }, 'de');
 * say('seats.free', { count: 1_200 }); // '1.200 Plätze frei'
 */
export function sayIn<Key extends string>(catalogue: Catalogue<Key>, language: Language): Say<Key> {
  const plurals = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (key, values = {}) => {
    const message = catalogue[language][key];
    return textOf(message, values, plurals).replaceAll(
      /\{(\w+)\}/g,
      (placeholder, name: string) => {
        const value = values[name];
        if (value === undefined) return placeholder;
        return typeof value === 'number' ? numbers.format(value) : isolate(value);
      },
    );
  };
}

function textOf(message: Message, { count }: Values, plurals: Intl.PluralRules): string {
  if (typeof message === 'string') return message;
  const form = typeof count === 'number' ? plurals.select(count) : 'other';
  return form === 'one' ? message.one : message.other;
}

/** Unicode's own marks for it: first strong isolate, and its end. */
const isolate = (text: string) => `\u2068${text}\u2069`;
