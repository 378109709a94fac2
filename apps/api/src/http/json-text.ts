import { isUtf8 } from 'node:buffer';

/**
 * The text of a body, without a byte order mark, as the standard of fetch has it. JSON is UTF-8 (RFC
 * 8259), so what is not has no text: the empty one, which is no JSON either. Read with U+FFFD in the
 * place of what is wrong, it would be taken for what nobody sent.
 *
 * @example jsonTextOf(Buffer.from('{"a":1}')) // '{"a":1}'
 * @example jsonTextOf(Buffer.from([0x22, 0xff, 0x22])) // ''
 */
export function jsonTextOf(body: Buffer): string {
  if (!isUtf8(body)) return '';
  const text = body.toString();
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
