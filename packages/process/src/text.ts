/**
 * Can PostgreSQL keep this text, and a log or a page show it on one line? No control characters
 * (a NUL is an error in PostgreSQL) and no half of a surrogate pair (it would come back changed).
 *
 * @example isStorable('Späti 🎪') // true
 * @example isStorable('a\u0000b') // false
 */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !/\p{Cc}/u.test(text);
}
