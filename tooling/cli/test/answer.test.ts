import { expect, test } from 'vitest';
import { readAnswer } from '../src/load/answer.ts';

const id = '0190a3c0-0000-7000-8000-000000000001';
const told = (data: object) => JSON.stringify({ result: { data } });
const fault = (code: string) => JSON.stringify({ error: { data: { fault: code } } });

test('a booking of the id that was asked for is confirmed', () => {
  expect(readAnswer(told({ status: 'confirmed', id }), id)).toEqual({ status: 'confirmed' });
});

test("somebody else's booking is an error, not a success", () => {
  const body = told({ status: 'confirmed', id: 'another' });
  expect(readAnswer(body, id)).toEqual({ status: 'error', cause: 'unparsable_answer' });
});

test('a refusal keeps its reason', () => {
  const body = told({ status: 'refused', reason: 'sold_out', message: 'Not enough seats.' });
  expect(readAnswer(body, id)).toEqual({ status: 'refused', reason: 'sold_out' });
});

test('an unknown outcome is neither a success nor an error', () => {
  expect(readAnswer(told({ status: 'unknown', retryAfterMs: 5 }), id)).toEqual({
    status: 'unknown',
  });
});

test('a fault of the api is an error with its own code', () => {
  const answer = readAnswer(fault('database_unavailable'), id);
  expect(answer).toEqual({ status: 'error', cause: 'database_unavailable' });
});

test.each([
  '',
  '<html>Bad Gateway</html>',
  '[]',
  'null',
  '{"result":{}}',
  told({ status: 'held', id }),
])('an answer that makes no sense is an error: %s', (body) => {
  expect(readAnswer(body, id)).toEqual({ status: 'error', cause: 'unparsable_answer' });
});
