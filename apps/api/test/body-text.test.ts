import { expect, test } from 'vitest';
import { bodyText } from '../src/http/body-text.ts';

test.each([
  ['nothing', '', 'latin1'],
  ['plain letters', '{"status":"held"}', 'latin1'],
  ['letters of latin1', 'Zoë', 'utf8'],
  ['letters beyond', 'Đặt chỗ', 'utf8'],
  ['signs of two halves', 'a 🎟 b', 'utf8'],
  ['half a sign', 'a \uD83C b', 'utf8'],
])('a body of %s is written as UTF-8, and its length is that of its bytes', (_, body, encoding) => {
  const written = bodyText(body);
  expect(written.encoding).toBe(encoding);
  expect(Buffer.from(body, written.encoding)).toEqual(Buffer.from(body, 'utf8'));
  expect(written.length).toBe(Buffer.from(body, 'utf8').length);
});
