import { describe, expect, test } from 'vitest';
import type { Deadline } from '../src/deadline.ts';
import { accepted, createControlled, settled } from './controlled-committer.ts';

/** A second group of an event begins with three commands. */
function createOverlapping(options: Parameters<typeof createControlled>[0] = {}) {
  const controlled = createControlled({ furtherGroupSizeMin: () => 3, ...options });
  const submitAll = (commands: readonly string[], eventId = 'E') =>
    Promise.allSettled(commands.map((command) => controlled.submit(command, eventId)));
  const groups = () => controlled.commits.map(({ commands }) => commands);
  return { ...controlled, submitAll, groups };
}

const acceptedAll = (...commands: readonly string[]) =>
  commands.map((command) => ({ status: 'fulfilled', value: accepted(command) }));

/** The committer's turn, and what follows an answer. */
async function turns(): Promise<void> {
  await settled();
  await settled();
}

describe('a second group of an event', () => {
  test('is sent beside the first when enough wait, and a third is not', async () => {
    const { submitAll, groups } = createOverlapping();
    void submitAll(['a', 'b']);
    await turns();
    void submitAll(['c', 'd']);
    await turns();
    expect(groups()).toEqual([['a', 'b']]);
    void submitAll(['e']);
    await turns();
    void submitAll(['f', 'g', 'h', 'i']);
    await turns();
    expect(groups()).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
  });

  test('has as many as the first, so that groups do not get smaller', async () => {
    const { submitAll, groups } = createOverlapping();
    void submitAll(['a', 'b', 'c', 'd', 'e']);
    await turns();
    void submitAll(['f', 'g', 'h', 'i']);
    await turns();
    expect(groups()).toHaveLength(1);
    void submitAll(['j']);
    await turns();
    expect(groups()[1]).toEqual(['f', 'g', 'h', 'i', 'j']);
  });

  test('goes with the next one where too few wait, and they wait for no third', async () => {
    const { commits, submitAll, groups } = createOverlapping();
    void submitAll(['a']);
    await turns();
    const few = submitAll(['b', 'c']);
    await turns();
    commits[0]?.succeed();
    await turns();
    expect(groups()[1]).toEqual(['b', 'c']);
    commits[1]?.succeed();
    expect(await few).toEqual(acceptedAll('b', 'c'));
  });

  test('is not sent for an event that may not have one', async () => {
    const asked: string[] = [];
    const furtherGroupSizeMin = (eventId: string) => {
      asked.push(eventId);
      return Infinity;
    };
    const { submitAll, groups } = createOverlapping({ furtherGroupSizeMin });
    void submitAll(['a']);
    await turns();
    void submitAll(['b', 'c', 'd', 'e']);
    await turns();
    expect(groups()).toEqual([['a']]);
    expect(asked).toContain('E');
  });

  test('goes alone: a commit of many events leaves out the row that the first has locked', async () => {
    const { calls, submitAll } = createOverlapping({ commitEventCountMax: 10 });
    void submitAll(['a']);
    await turns();
    void submitAll(['b'], 'F');
    void submitAll(['c', 'd', 'e']);
    void submitAll(['f'], 'G');
    // A third commit gathers for some milliseconds.
    await expect.poll(() => calls).toEqual([['E'], ['F', 'G'], ['E']]);
  });

  test('counts as a commit, and waits where no more may be in flight', async () => {
    const { calls, commits, submitAll } = createOverlapping({ commitCountMax: 2 });
    for (const eventId of ['E', 'F']) void submitAll(['a'], eventId);
    await turns();
    void submitAll(['b', 'c', 'd']);
    await turns();
    expect(calls).toEqual([['E'], ['F']]);
    commits[1]?.succeed();
    await turns();
    expect(calls).toEqual([['E'], ['F'], ['E']]);
  });

  test('lets events go first that have nothing in flight, though it has waited longer', async () => {
    const { calls, commits, submitAll } = createOverlapping({ commitCountMax: 2 });
    for (const eventId of ['E', 'F']) void submitAll(['a'], eventId);
    await turns();
    void submitAll(['b', 'c', 'd']);
    void submitAll(['a'], 'G');
    await turns();
    commits[1]?.succeed();
    await turns();
    expect(calls).toEqual([['E'], ['F'], ['G']]);
    commits[2]?.succeed();
    await turns();
    expect(calls.at(-1)).toEqual(['E']);
  });
});

describe('a caller who has a command in flight', () => {
  const first = ['ada: reserve', 'bob: 1', 'eve: 1'];
  const next = ['ada: cancel', 'cyd: 1', 'dan: 1'];

  test('has the next one decided after it, and the others go past', async () => {
    const { commits, submitAll, groups } = createOverlapping();
    void submitAll(first);
    await turns();
    void submitAll(next);
    await turns();
    expect(groups()[1]).toEqual(['cyd: 1', 'dan: 1']);
    commits[1]?.succeed();
    await turns();
    expect(groups()).toHaveLength(2);
    commits[0]?.succeed();
    await turns();
    expect(groups()[2]).toEqual(['ada: cancel']);
  });

  test('negative control: where nobody knows whose a command is, a cancel may overtake its reserve', async () => {
    const { submitAll, groups } = createOverlapping({ callerOf: (command) => command });
    void submitAll(first);
    await turns();
    void submitAll(next);
    await turns();
    expect(groups()[1]).toContain('ada: cancel');
  });

  test('makes no empty group by sending more', async () => {
    const { commits, submitAll, groups, committer } = createOverlapping();
    const all = submitAll(['ada: 1', 'ada: 2', 'ada: 3', 'ada: 4', 'ada: 5']);
    await turns();
    const more = submitAll(['ada: 6', 'ada: 7', 'ada: 8', 'ada: 9']);
    await turns();
    expect(groups()).toHaveLength(1);
    commits[0]?.succeed();
    await all;
    await turns();
    expect(groups()[1]).toEqual(['ada: 6', 'ada: 7', 'ada: 8', 'ada: 9']);
    commits[1]?.succeed();
    await more;
    await committer.idle();
  });
});

describe('two groups in flight', () => {
  async function twoInFlight() {
    const overlapping = createOverlapping();
    const first = overlapping.submitAll(['a', 'b', 'c']);
    await turns();
    const second = overlapping.submitAll(['d', 'e', 'f']);
    await turns();
    return { ...overlapping, first, second };
  }

  test('end in any order, and each answers its own callers', async () => {
    const { commits, first, second } = await twoInFlight();
    commits[1]?.succeed();
    expect(await second).toEqual(acceptedAll('d', 'e', 'f'));
    commits[0]?.succeed();
    expect(await first).toEqual(acceptedAll('a', 'b', 'c'));
  });

  test('do not fail for each other', async () => {
    const { commits, first, second } = await twoInFlight();
    commits[0]?.fail(new Error('away'));
    expect((await first).map(({ status }) => status)).toEqual(Array(3).fill('rejected'));
    commits[1]?.succeed();
    expect(await second).toEqual(acceptedAll('d', 'e', 'f'));
  });

  test('are both waited for by who stops the process', async () => {
    const { commits, committer, first, second } = await twoInFlight();
    let isIdle = false;
    const idle = committer.idle().then(() => {
      isIdle = true;
    });
    commits[1]?.succeed();
    await second;
    await turns();
    expect(isIdle).toBe(false);
    commits[0]?.succeed();
    await first;
    await idle;
    expect(committer.eventCount).toBe(0);
  });

  test('of which one has been given up by its last caller, do not lose the other', async () => {
    const { commits, committer, submit, submitAll } = createOverlapping();
    const brief: Deadline = { remainingMs: () => 1 };
    const given = Promise.all(['a', 'b', 'c'].map((command) => submit(command, 'E', brief)));
    await turns();
    const second = submitAll(['d', 'e', 'f']);
    await turns();
    expect((await given).map(({ status }) => status)).toEqual(Array(3).fill('unknown'));
    commits[1]?.succeed();
    expect(await second).toEqual(acceptedAll('d', 'e', 'f'));
    expect(committer.eventCount).toBe(1);
    commits[0]?.succeed();
    await committer.idle();
  });
});
