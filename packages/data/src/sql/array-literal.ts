/**
 * An array of numbers or UUIDs as PostgreSQL reads it. The driver would look at every element to
 * quote it, which took a third of this process's time for a group of 100.
 *
 * @example arrayOf([1, null, 3]) // '{1,NULL,3}'
 */
export function arrayOf(values: readonly (number | string | null)[]): string {
  let literal = '{';
  for (const [index, value] of values.entries()) {
    if (index > 0) literal += ',';
    literal += value ?? 'NULL';
  }
  return `${literal}}`;
}

/**
 * An array of any texts, each quoted.
 *
 * @example textArrayOf(['say "hi"', null]) // '{"say \\"hi\\"",NULL}'
 */
export function textArrayOf(values: readonly (string | null)[]): string {
  let literal = '{';
  for (const [index, value] of values.entries()) {
    if (index > 0) literal += ',';
    literal += value === null ? 'NULL' : quoted(value);
  }
  return `${literal}}`;
}

function quoted(text: string): string {
  const escaped = /["\\]/.test(text) ? text.replaceAll(/["\\]/g, String.raw`\$&`) : text;
  return `"${escaped}"`;
}
