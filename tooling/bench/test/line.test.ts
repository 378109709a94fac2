import { expect, test } from 'vitest';
import { replyIn } from '../src/load/line.ts';
import { kindOf } from '../src/load/crowd/record.ts';
import { countIds, idPlace, templateOf, withId } from '../src/load/template.ts';

const answer = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 5\r\n\r\nhello';

test('an answer is read when it is whole, however it was cut', () => {
  expect(replyIn(answer)).toEqual({ status: 503, body: 'hello' });
  for (let length = 0; length < answer.length; length += 1) {
    expect(replyIn(answer.slice(0, length))).toBeNull();
  }
});

test('an answer in chunks is read, too, when it is whole', () => {
  const chunks = '3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n';
  const chunked = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`;
  expect(replyIn(chunked)).toEqual({ status: 200, body: 'hello' });
  for (let length = 0; length < chunked.length; length += 1) {
    expect(replyIn(chunked.slice(0, length))).toBeNull();
  }
});

test('an answer without a length is not guessed at', () => {
  expect(() => replyIn('HTTP/1.1 200 OK\r\n\r\n')).toThrow('without a content-length');
});

test('an answer counts as a booking or a refusal only where it says so, with status 200', () => {
  const booked = '{"result":{"data":{"status":"confirmed"}}}';
  expect(kindOf({ status: 200, body: booked })).toBe('booked');
  expect(kindOf({ status: 503, body: booked })).toBe('fault');
  expect(kindOf({ status: 200, body: '{"reason":"sold_out"}' })).toBe('sold_out');
  expect(kindOf({ status: 200, body: '{"status":"cancelled"}' })).toBe('cancelled');
  expect(kindOf({ status: 200, body: '{"reason":"paused"}' })).toBe('fault');
});

test('a request is sent again with another id, and is the same else', () => {
  const user = { id: 'user-1', token: 'token' };
  const body = JSON.stringify({ bookingId: idPlace, quantity: 1 });
  const template = templateOf(user, { method: 'POST', path: '/trpc/booking.book', body });
  const nextId = countIds('0197f0a0-0000-7000-8000-0000000000ff');
  const first = withId(template, nextId()).toString();
  const second = withId(template, nextId()).toString();
  expect(first).toContain('"bookingId":"0197f0a0-0000-7000-8000-000000000001"');
  expect(second).toBe(first.replace('000000000001', '000000000002'));
  expect(first).toContain(`content-length: ${body.length}\r\n`);
});
