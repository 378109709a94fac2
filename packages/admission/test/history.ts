import type { Standing } from '@holdfast/domain';
import fc from 'fast-check';
import type { Ask } from '../src/keys.ts';
import type { Age } from './model.ts';

/** What can happen to an event, in any order. */
export type Step =
  | { readonly type: 'admit'; readonly asks: readonly Ask[] }
  | {
      readonly type: 'settle';
      readonly standing: Standing;
      readonly leases: readonly Ask[];
      readonly age: Age;
    }
  | { readonly type: 'release'; readonly leases: readonly Ask[] }
  | { readonly type: 'lapse'; readonly leases: readonly Ask[] }
  | { readonly type: 'age' | 'reset' | 'loseState' | 'loseLeases' | 'flushScripts' };

// Few leases, so that they meet; each has its quantity for good. Some are fences.
const lease: fc.Arbitrary<Ask> = fc
  .integer({ min: 0, max: 9 })
  .map((index) => ({ leaseId: `lease-${index}`, quantity: index % 5 }));
const leases = fc.array(lease, { maxLength: 4 });

const standing: fc.Arbitrary<Standing> = fc.record({
  version: fc.integer({ min: 1, max: 5 }),
  availableSeats: fc.integer({ min: 0, max: 8 }),
  quantityPerBookingMax: fc.integer({ min: 2, max: 4 }),
  refusableForMs: fc.constantFrom(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0),
});

const calls: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('admit' as const), asks: leases }),
  fc.record({
    type: fc.constant('settle' as const),
    standing,
    leases,
    age: fc.constantFrom<Age>('now', 'now', 'before_any_fence'),
  }),
  fc.record({ type: fc.constant('release' as const), leases }),
);
const accidents: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('lapse' as const), leases }),
  fc.record({
    type: fc.constantFrom(
      'age' as const,
      'reset' as const,
      'loseState' as const,
      'loseLeases' as const,
      'flushScripts' as const,
    ),
  }),
);

export const history = fc.array(
  fc.oneof({ arbitrary: calls, weight: 6 }, { arbitrary: accidents, weight: 1 }),
  { minLength: 10, maxLength: 30 },
);
