import { expect, test } from 'vitest';
import type { Limit, Taken } from '../src/rates/limit.ts';
import { rateHeadersOf } from '../src/rates/rate-headers.ts';

const user: Limit = { name: 'user', countMax: 300, windowSeconds: 10 };
const address: Limit = { name: 'address', countMax: 3_000, windowSeconds: 10 };

const taken = (limit: Limit, remaining: number): Taken => ({
  limit,
  remaining,
  isWithin: true,
  endsAtMs: 14_001,
});

test('an answer names each limit that its call was counted under, what is left, and until when', () => {
  expect(rateHeadersOf([taken(address, 2_980), taken(user, 280)], 5_000)).toEqual({
    ratelimit: '"address";r=2980;t=10, "user";r=280;t=10',
    'ratelimit-policy': '"address";q=3000;w=10, "user";q=300;w=10',
  });
  expect(rateHeadersOf([taken(user, 0)], 5_000)).toEqual({
    ratelimit: '"user";r=0;t=10',
    'ratelimit-policy': '"user";q=300;w=10',
  });
});

test('where nothing is limited, nothing is said', () => {
  expect(rateHeadersOf([])).toEqual({});
});
