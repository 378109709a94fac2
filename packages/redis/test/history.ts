import fc from 'fast-check';
import type { Work } from './model.ts';

/** What the processes do, and what happens to them and to Redis. `by` is a process. */
export type Step =
  /** Begins something new; what it was about before is left as it is, as after a crash. */
  | { readonly type: 'ask'; readonly by: number; readonly work: Work }
  /** Asks, commits and settles, with nobody between. */
  | { readonly type: 'visit'; readonly by: number; readonly work: Work }
  /** The answer to its question was lost, and it asks again. */
  | { readonly type: 'askAgain'; readonly by: number }
  | { readonly type: 'commit'; readonly by: number }
  /** Tells Redis what it committed or read: late, twice, or never. */
  | { readonly type: 'settle'; readonly by: number }
  | { readonly type: 'wait'; readonly minutes: number }
  | { readonly type: 'lose' | 'forget' | 'flushScripts' };

/** One more than there may be fences of their own. */
export const processCount = 3;

const by = fc.nat({ max: processCount - 1 });
const work = fc.constantFrom<Work>(
  'look',
  'look',
  'take',
  'take',
  'hold',
  'giveBack',
  'giveBack',
  'rename',
);

const begin: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom(
    'ask' as const,
    'ask' as const,
    'visit' as const,
    'visit' as const,
    'visit' as const,
  ),
  by,
  work,
});
const goOn: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom(
    'commit' as const,
    'settle' as const,
    'settle' as const,
    'askAgain' as const,
  ),
  by,
});
// Nothing, a hold, a refusal, a fence, an id of which nothing is known, and a key are over after these.
const wait: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('wait' as const),
  minutes: fc.oneof(
    { arbitrary: fc.constantFrom(1, 4, 8), weight: 4 },
    { arbitrary: fc.constantFrom(12, 36, 115, 355), weight: 1 },
  ),
});
const accident: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom(
    'lose' as const,
    'lose' as const,
    'forget' as const,
    'flushScripts' as const,
  ),
});

export const history = fc.array(
  fc.oneof(
    { arbitrary: begin, weight: 8 },
    { arbitrary: goOn, weight: 8 },
    { arbitrary: wait, weight: 3 },
    { arbitrary: accident, weight: 1 },
  ),
  { minLength: 60, maxLength: 100 },
);
