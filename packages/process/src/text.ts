/**
 * What breaks a line, turns the direction of what follows, or is never seen: controls, separators of
 * lines, bidirectional overrides and isolates, fillers, the byte order mark. Left in is what words and
 * emoji are written with though it has no shape of its own: soft hyphens, joiners, marks of direction,
 * the zero-width space between Khmer words, variation selectors, the tags in a flag.
 */
const unfit =
  /[[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\u{34f}\u{ad}\u{61c}\u{200b}-\u{200f}\p{Variation_Selector}\u{e0020}-\u{e007f}]]/v;

/** The blank of Braille is a symbol by its class. */
const seen = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\u{2800}]/v;

/** Whitespace but for the plain space, and all that has no shape. */
const unseen = /[[\p{Cc}\p{White_Space}\p{Default_Ignorable_Code_Point}\u{2800}]--[ ]]/v;

/**
 * Can PostgreSQL keep this text, a log or a page show it on one line as it was meant, and is there
 * anything to see? A NUL is an error in PostgreSQL, and half of a surrogate pair would come back changed.
 *
 * @example isTitle('Späti 🎪') // true
 * @example isTitle('a\u202eb') // false: what comes after is shown from right to left
 * @example isTitle('\u200b') // false: nothing is seen
 */
export function isTitle(text: string): boolean {
  return text.isWellFormed() && !unfit.test(text) && seen.test(text);
}

/**
 * Is all of this name seen, so that no two that look the same differ in what is not?
 *
 * @example isName('auth0|ada') // true
 * @example isName('ada\u200b') // false
 */
export function isName(text: string): boolean {
  return text.isWellFormed() && !unseen.test(text) && seen.test(text);
}
