import { randomFrom } from '@holdfast/testing';
import { describe, expect, test, vi } from 'vitest';
import { type Deadline, deadlineAfter } from '../src/deadline.ts';
import { createGroupCommitter } from '../src/lane/group-committer.ts';
import type { CommandGroup } from '../src/lane/group-words.ts';
import {
  accepted,
  createControlled,
  longDeadline,
  type Outcome,
  settled,
} from './controlled-committer.ts';

const pastDeadline: Deadline = { remainingMs: () => 0 };

const overloaded = expect.objectContaining({ name: 'Overloaded', retryAfterMs: 700 });

describe('grouping', () => {
  test('a command for an idle event is in flight in the same turn of the event loop', async () => {
    const { commits, submit } = createControlled();
    void submit('a');
    await settled();
    expect(commits.map((commit) => commit.commands)).toEqual([['a']]);
  });

  test('what arrives in one turn goes together', async () => {
    const { commits, submit } = createControlled();
    for (const command of ['a', 'b', 'c']) void submit(command);
    await settled();
    expect(commits.map((commit) => commit.commands)).toEqual([['a', 'b', 'c']]);
  });

  test('what arrives while a commit is in flight is the next group, in order of arrival', async () => {
    const { commits, submit } = createControlled();
    const first = submit('a');
    await settled();
    const all = [first, ...['b', 'c', 'd'].map((command) => submit(command))];
    await settled();
    expect(commits).toHaveLength(1);
    commits[0]?.succeed();
    await settled();
    await settled();
    expect(commits[1]?.commands).toEqual(['b', 'c', 'd']);
    commits[1]?.succeed();
    expect(await Promise.all(all)).toEqual(['a', 'b', 'c', 'd'].map(accepted));
  });

  test('an event has one commit in flight, and events do not wait for each other', async () => {
    const { commits, submit } = createControlled();
    for (const eventId of ['E', 'F']) void submit('x', eventId);
    await settled();
    for (const eventId of ['E', 'F']) void submit('x', eventId);
    await settled();
    expect(commits.map((commit) => commit.eventId)).toEqual(['E', 'F']);
    commits[1]?.succeed();
    await settled();
    await settled();
    expect(commits.map((commit) => commit.eventId)).toEqual(['E', 'F', 'F']);
  });

  test('a group has at most groupSizeMax commands', async () => {
    const { commits, submit } = createControlled({ groupSizeMax: 2 });
    const all = ['a', 'b', 'c'].map((command) => submit(command));
    for (let index = 0; index < 2; index += 1) {
      await settled();
      commits[index]?.succeed();
      await settled();
    }
    expect(commits.map((commit) => commit.commands)).toEqual([['a', 'b'], ['c']]);
    await Promise.all(all);
  });

  test('at most commitCountMax commits are in flight, and the longest waiting event goes first', async () => {
    const { commits, submit } = createControlled({ commitCountMax: 2 });
    for (const eventId of ['A', 'B', 'C', 'D']) void submit('x', eventId);
    await settled();
    void submit('x', 'A');
    expect(commits.map((commit) => commit.eventId)).toEqual(['A', 'B']);
    for (const index of [0, 1, 2]) {
      commits[index]?.succeed();
      await settled();
      await settled();
    }
    expect(commits.map((commit) => commit.eventId)).toEqual(['A', 'B', 'C', 'D', 'A']);
  });
});

describe('outcomes', () => {
  test('an exception rejects everybody in its group alike, and later groups go on', async () => {
    const { commits, submit } = createControlled();
    const group = Promise.allSettled([submit('b'), submit('c')]);
    await settled();
    const error = new Error('away');
    commits[0]?.fail(error);
    expect(await group).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    const later = submit('d');
    await settled();
    commits[1]?.succeed();
    expect(await later).toEqual(accepted('d'));
  });

  test('one command that cannot be committed does not take its group with it', async () => {
    const groups: (readonly string[])[] = [];
    const commit = (given: readonly CommandGroup<string, Outcome>[]) =>
      given.map(async ({ commands }) => {
        groups.push(commands);
        if (commands.includes('poison')) throw new Error('poison');
        return commands.map(accepted);
      });
    const failsWholeGroup = (error: unknown) => !String(error).includes('poison');
    const { submit } = createControlled({ commit, failsWholeGroup });
    const all = ['a', 'poison', 'b'].map((command) => submit(command));
    const ends = await Promise.allSettled(all);
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([['a', 'poison', 'b'], ['a'], ['poison'], ['b']]);
  });

  test('a commit that throws at once is an error for whose command it is, and for nobody else', async () => {
    const commit = (given: readonly CommandGroup<string, Outcome>[]) => {
      const hasPoison = given.some(({ commands }) => commands.includes('poison'));
      if (hasPoison) throw new Error('poison');
      return given.map(async ({ commands }) => commands.map(accepted));
    };
    const failsWholeGroup = () => false;
    const { committer, submit } = createControlled({
      commit,
      failsWholeGroup,
      commitEventCountMax: 2,
    });
    const all = [submit('a'), submit('poison'), submit('b', 'F')];
    const ends = await Promise.allSettled(all);
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await committer.idle();
    expect(await submit('c')).toEqual(accepted('c'));
  });

  test('a commit that leaves out an outcome is an error for that caller only', async () => {
    const { commits, submit } = createControlled();
    const group = Promise.allSettled([submit('b'), submit('c')]);
    await settled();
    commits[0]?.answer([accepted('b')]);
    expect(await group).toMatchObject([
      { status: 'fulfilled', value: accepted('b') },
      { status: 'rejected', reason: { message: 'A commit left out an outcome.' } },
    ]);
  });
});

describe('bounds', () => {
  test('a full queue refuses at once, with a time to retry after', async () => {
    const { commits, submit } = createControlled({ queueLengthMax: 2 });
    const first = submit('in flight');
    await settled();
    const all = [first, submit('waits'), submit('waits too')];
    await expect(submit('too many')).rejects.toEqual(overloaded);
    void submit('of another event', 'F');
    await settled();
    expect(commits.map((commit) => commit.eventId)).toEqual(['E', 'F']);
    commits[0]?.succeed();
    await settled();
    await settled();
    commits[2]?.succeed();
    expect(await Promise.all(all)).toHaveLength(3);
  });

  test('too many events at once are refused, those that are known go on', async () => {
    const { submit, commits } = createControlled({ eventCountMax: 2 });
    const all = [submit('a', 'E'), submit('b', 'F')];
    await settled();
    await expect(submit('c', 'G')).rejects.toEqual(overloaded);
    all.push(submit('d', 'E'));
    for (const commit of commits) commit.succeed();
    await settled();
    await settled();
    commits.at(-1)?.succeed();
    expect(await Promise.all(all)).toHaveLength(3);
  });

  test('an idle event is forgotten, and its place is free', async () => {
    const { committer, submit, commits } = createControlled({ eventCountMax: 1 });
    const first = submit('a', 'E');
    await settled();
    commits[0]?.succeed();
    await first;
    await committer.idle();
    expect(committer.eventCount).toBe(0);
    void submit('b', 'F');
    await settled();
    expect(commits).toHaveLength(2);
  });

  test('idle waits for what is in flight and for what waits', async () => {
    const { committer, submit, commits } = createControlled();
    void submit('a');
    await settled();
    void submit('b');
    let isIdle = false;
    const idle = committer.idle().then(() => {
      isIdle = true;
    });
    commits[0]?.succeed();
    await settled();
    await settled();
    expect(isIdle).toBe(false);
    commits[1]?.succeed();
    await idle;
    expect(isIdle).toBe(true);
  });
});

describe('one caller who sends more than a group holds', () => {
  test('delays the others by no more than the group in flight', async () => {
    const { commits, submit } = createControlled({ groupSizeMax: 4 });
    for (let count = 0; count < 100; count += 1) void submit(`mallory: ${count}`);
    await settled();
    void submit('ada: late');
    commits[0]?.succeed();
    await settled();
    await settled();
    expect(commits[1]?.commands).toContain('ada: late');
    expect(commits[1]?.commands).toHaveLength(4);
  });

  test('negative control: where all count as one caller, the others come last', async () => {
    const { commits, submit } = createControlled({ groupSizeMax: 4, callerOf: () => 'anybody' });
    for (let count = 0; count < 8; count += 1) void submit(`mallory: ${count}`);
    await settled();
    void submit('ada: late');
    commits[0]?.succeed();
    await settled();
    await settled();
    expect(commits[1]?.commands).not.toContain('ada: late');
  });
});

describe('deadlines', () => {
  test('a command that still waits at its deadline is taken out, and nothing of it is written', async () => {
    const { commits, submit } = createControlled();
    const first = submit('a');
    await settled();
    const late = submit('late', 'E', deadlineAfter(5));
    const third = submit('c');
    await expect(late).rejects.toEqual(overloaded);
    commits[0]?.succeed();
    await first;
    await settled();
    await settled();
    expect(commits[1]?.commands).toEqual(['c']);
    commits[1]?.succeed();
    expect(await third).toEqual(accepted('c'));
  });

  test('a command that is being committed at its deadline is unknown, and the others wait on', async () => {
    const { commits, submit } = createControlled();
    // Long enough for the commit to have begun, on a busy machine, too.
    const group = [submit('b', 'E', deadlineAfter(200)), submit('c')] as const;
    expect(await group[0]).toEqual({ status: 'unknown' });
    commits[0]?.succeed();
    expect(await group[1]).toEqual(accepted('c'));
  });

  test('a deadline that has passed already is refused without a trace', async () => {
    const { committer, commits, submit } = createControlled();
    await expect(submit('a', 'E', pastDeadline)).rejects.toEqual(overloaded);
    expect(commits).toHaveLength(0);
    expect(committer.eventCount).toBe(0);
  });

  test('an event whose last waiting command gave up is forgotten', async () => {
    const { committer, commits, submit } = createControlled({ commitCountMax: 1 });
    const first = submit('a', 'E');
    await settled();
    await expect(submit('b', 'F', deadlineAfter(5))).rejects.toEqual(overloaded);
    expect(committer.eventCount).toBe(1);
    commits[0]?.succeed();
    await first;
    await committer.idle();
    expect(commits).toHaveLength(1);
  });

  test('no timer is left behind by an answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { commits, submit } = createControlled();
      const answered = submit('a');
      expect(vi.getTimerCount()).toBe(1);
      await settled();
      commits[0]?.succeed();
      await answered;
      await settled();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('whatever the order of arrivals and answers, everybody gets its own outcome once, and each caller in order', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = randomFrom(seed);
  const inFlight = new Map<string, (readonly string[])[]>();
  const lastBegun = new Map<string, number>();
  let [commitCount, furtherCount] = [0, 0];
  const broken: string[] = [];
  const numberOf = (command: string) => Number(command.slice('command '.length));
  const callerOf = (command: string) => `caller ${numberOf(command) % 30}`;

  const begin = (eventId: string, commands: readonly string[]) => {
    const others = inFlight.get(eventId) ?? [];
    if (others.length > 1) broken.push(`three groups of ${eventId}`);
    if (others.length > 0) furtherCount += 1;
    const callers = new Set(others.flat().map(callerOf));
    if (commands.map(callerOf).some((caller) => callers.has(caller))) broken.push('in two groups');
    for (const command of commands) {
      const line = `${eventId} ${callerOf(command)}`;
      if ((lastBegun.get(line) ?? -1) > numberOf(command)) broken.push(`${line} out of order`);
      lastBegun.set(line, numberOf(command));
    }
    inFlight.set(eventId, [...others, commands]);
  };

  const committer = createGroupCommitter<string, Outcome>({
    groupSizeMax: 7,
    furtherGroupSizeMin: () => 2,
    queueLengthMax: 1_000,
    eventCountMax: 10,
    commitCountMax: 3,
    commitEventCountMax: 2,
    retryAfterMs: 1,
    failsWholeGroup: () => true,
    callerOf,
    onGroup: () => {},
    commit: (groups) => {
      commitCount += 1;
      const size = groups.reduce((sum, { commands }) => sum + commands.length, 0);
      if (commitCount > 3 || groups.length > 2 || size > 7) broken.push('over a bound');
      const ends = groups.map(async ({ eventId, commands }) => {
        begin(eventId, commands);
        for (let ticks = random() * 5; ticks > 0; ticks -= 1) await settled();
        const left = (inFlight.get(eventId) ?? []).filter((each) => each !== commands);
        inFlight.set(eventId, left);
        return commands.map(accepted);
      });
      void Promise.all(ends).then(() => {
        commitCount -= 1;
      });
      return ends;
    },
  });
  const answers: Promise<unknown>[] = [];
  const submit = async (count: number, pickEvent: () => number) => {
    for (const end = answers.length + count; answers.length < end; ) {
      const command = `command ${answers.length}`;
      answers.push(committer.submit(`event ${pickEvent()}`, command, longDeadline));
      if (random() < 0.1) await settled();
    }
    await Promise.all(answers);
  };
  await submit(2_000, () => Math.floor(random() ** 4 * 5));
  // A second group begins only where no other event waits: alone, an event has many.
  await submit(600, () => 0);
  const expected = answers.map((_, index) => accepted(`command ${index}`));
  expect(await Promise.all(answers), `seed ${seed}`).toEqual(expected);
  expect(broken, `seed ${seed}`).toEqual([]);
  expect(furtherCount, `seed ${seed}`).toBeGreaterThan(0);
  await committer.idle();
  expect(committer.eventCount).toBe(0);
});
