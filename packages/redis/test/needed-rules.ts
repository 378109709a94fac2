import type { Removal } from '@holdfast/testing';
import type { Step } from './history.ts';
import type { Work } from './model.ts';

/** A rule of the scripts, and a history in which somebody is refused falsely without it. */
export interface NeededRule {
  readonly title: string;
  readonly removal: Removal;
  readonly steps: readonly Step[];
}

export const heedingVersions: Removal = {
  script: 'settle-1',
  rule: 'version >= event.version',
  without: 'true',
};

const visit = (by: number, work: Work): Step => ({ type: 'visit', by, work });
const ask = (by: number, work: Work): Step => ({ type: 'ask', by, work });
const commit = (by: number): Step => ({ type: 'commit', by });
const settle = (by: number): Step => ({ type: 'settle', by });
const wait = (minutes: number): Step => ({ type: 'wait', minutes });
const lose: Step = { type: 'lose' };

/** Sold out, then read by one process, and given back by another who is told so. */
const readThenGivenBack: readonly Step[] = [
  visit(0, 'take'),
  ask(1, 'look'),
  commit(1),
  visit(2, 'giveBack'),
];

// Each step takes a minute. There is one seat; a refusal is over after 10.5 minutes, a hold after 6, a fence
// after 40.5, and a key after 360.5.
export const needed: readonly NeededRule[] = [
  {
    title: 'an older version that is told late changes nothing',
    removal: heedingVersions,
    steps: [...readThenGivenBack, settle(1), ask(0, 'look')],
  },
  {
    title: 'between a commit and its settle, its fence bars the no from before',
    removal: { script: 'ask-1', rule: ' and fenceCount == 0', without: '' },
    steps: [visit(0, 'take'), ask(1, 'giveBack'), commit(1), ask(2, 'look')],
  },
  {
    title: 'a fence is raised in the very question, and not after it',
    removal: {
      script: 'ask-1',
      rule: "redis.call('HSET', key, 'fence:' .. field, string.format('%.0f', now + fenceMs))",
      without: '',
    },
    steps: [visit(0, 'take'), ask(1, 'giveBack'), commit(1), ask(2, 'look')],
  },
  {
    title: 'a fence beyond their number bars the no as well',
    removal: {
      script: 'ask-1',
      rule: "'fence:' .. field",
      without: "(field == '*' and '*' or 'fence:' .. field)",
    },
    // Two fences of their own; the third process has the one that is shared.
    steps: [
      visit(0, 'take'),
      ask(0, 'giveBack'),
      ask(1, 'giveBack'),
      ask(2, 'giveBack'),
      commit(0),
      settle(0),
      visit(0, 'take'),
      commit(1),
      settle(1),
      visit(1, 'take'),
      commit(2),
      ask(0, 'look'),
    ],
  },
  {
    title: 'on an event that was lost, what was read before says nothing',
    removal: { script: 'settle-1', rule: 'event.voidedAt or now', without: 'event.voidedAt or 0' },
    steps: [...readThenGivenBack, lose, settle(1), ask(0, 'look')],
  },
  {
    title: 'on an event that was lost and asked for since, what was read before says nothing',
    removal: { script: 'ask-1', rule: "string.format('%.0f', now - 1)", without: '0' },
    steps: [...readThenGivenBack, lose, ask(0, 'look'), settle(1), ask(0, 'look')],
  },
  {
    title: 'what was read before the moment of the loss is not counted from then on, either',
    removal: { script: 'settle-1', rule: 'asOfMs <= voidedAt and 0 or', without: '' },
    steps: [...readThenGivenBack, { type: 'forget' }, ask(0, 'look'), settle(1), ask(0, 'look')],
  },
  {
    title:
      'a lapsed fence, whose giver committed and died, voids what was read before it was found',
    removal: { script: 'settle-1', rule: 'untilMs, voidedAt = 0, now', without: '' },
    steps: [
      visit(0, 'take'),
      ask(1, 'giveBack'),
      wait(36),
      ask(2, 'look'),
      commit(2),
      commit(1),
      settle(2),
      ask(0, 'look'),
    ],
  },
  {
    title: 'a fence outlives the end that its key had',
    removal: { script: 'ask-1', rule: '(isCold or isRaising)', without: 'isCold' },
    steps: [
      visit(0, 'take'),
      wait(355),
      ask(1, 'giveBack'),
      wait(4),
      visit(2, 'look'),
      commit(1),
      ask(0, 'look'),
    ],
  },
  {
    title: 'a refusal ends with the next hold that lapses',
    removal: { script: 'ask-1', rule: "now < event['until'] and 1 or 0", without: '1' },
    steps: [visit(0, 'hold'), wait(8), ask(1, 'look')],
  },
  {
    title: 'what is told late ends as early as if it had been told at once',
    removal: { script: 'settle-1', rule: 'math.min(asOfMs, now)', without: 'now' },
    steps: [visit(0, 'hold'), ask(1, 'look'), commit(1), wait(4), settle(1), ask(2, 'look')],
  },
];
