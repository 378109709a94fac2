import { expect, test } from 'vitest';
import { callCountOf } from '../src/http/call-count.ts';

test.each([
  ['/trpc/event.get', 1],
  ['/trpc/event.get?input={"a":1,"b":2}', 1],
  ['/trpc/event.get,event.list,event.get?batch=1&input=a,b', 3],
  ['', 1],
])('%s makes %i calls', (url, count) => {
  expect(callCountOf(url)).toBe(count);
});
