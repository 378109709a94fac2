import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { accepted, createControlled, settled } from './controlled-committer.ts';

describe('events that have work while no commit is free', () => {
  test('go together in the next one, as many as it may have', async () => {
    const { calls, commits, submit } = createControlled({
      commitCountMax: 1,
      commitEventCountMax: 3,
    });
    void submit('x', 'A');
    await settled();
    for (const eventId of ['B', 'C', 'D', 'E']) void submit('x', eventId);
    commits[0]?.succeed();
    await settled();
    await settled();
    expect(calls).toEqual([['A'], ['B', 'C', 'D']]);
  });

  test('share groupSizeMax, so that a commit of many is no larger than one of one', async () => {
    const { commits, submit } = createControlled({ groupSizeMax: 3, commitEventCountMax: 10 });
    for (const eventId of ['A', 'A', 'B', 'B']) void submit('x', eventId);
    await settled();
    expect(commits.map(({ eventId, commands }) => [eventId, commands.length])).toEqual([
      ['A', 2],
      ['B', 1],
      // The one that did not fit has a commit of its own, once its event is free.
    ]);
    commits[0]?.succeed();
    commits[1]?.succeed();
    await settled();
    await settled();
    expect(commits.at(-1)).toMatchObject({ eventId: 'B', commands: ['x'] });
  });

  test('do not answer for each other: one is answered, one fails, one takes its time', async () => {
    const { commits, submit } = createControlled({ commitEventCountMax: 3 });
    const answered = submit('a', 'A');
    const failing = Promise.allSettled([submit('b', 'B')]);
    const slow = submit('c', 'C');
    await settled();
    const error = new Error('away');
    commits[1]?.fail(error);
    commits[0]?.succeed();
    expect(await failing).toEqual([{ status: 'rejected', reason: error }]);
    expect(await answered).toEqual(accepted('a'));
    commits[2]?.succeed();
    expect(await slow).toEqual(accepted('c'));
  });

  test('an event that is answered commits again while another of its commit takes its time', async () => {
    const { commits, submit } = createControlled({ commitEventCountMax: 2 });
    for (const eventId of ['A', 'B']) void submit('x', eventId);
    await settled();
    void submit('y', 'A');
    commits[0]?.succeed();
    await settled();
    await settled();
    expect(commits.at(-1)).toMatchObject({ eventId: 'A', commands: ['y'] });
  });
});

/** As group-committer.ts has it. */
const gatherMsMax = 5;

describe('while two commits are in flight', () => {
  async function twoInFlight() {
    // A timer ends when the test says so, however busy the machine is.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const controlled = createControlled({ commitEventCountMax: 100 });
    for (const eventId of ['A', 'B']) {
      void controlled.submit('x', eventId);
      await settled();
    }
    expect(controlled.calls).toEqual([['A'], ['B']]);
    return controlled;
  }

  test('the next one gathers what comes in some milliseconds, and then waits for neither', async () => {
    const { calls, submit } = await twoInFlight();
    void submit('x', 'C');
    await settled();
    void submit('x', 'D');
    await settled();
    expect(calls).toHaveLength(2);
    vi.advanceTimersByTime(gatherMsMax);
    await settled();
    expect(calls.slice(2)).toEqual([['C', 'D']]);
  });

  test('it begins at once with 32 commands', async () => {
    const { calls, submit } = await twoInFlight();
    for (let count = 1; count <= 31; count += 1) void submit('x', 'C');
    await settled();
    expect(calls).toHaveLength(2);
    void submit('x', 'D');
    await settled();
    expect(calls.slice(2)).toEqual([['C', 'D']]);
  });

  test('it begins when one of the two is over', async () => {
    const { calls, commits, submit } = await twoInFlight();
    void submit('x', 'C');
    await settled();
    commits[0]?.succeed();
    await settled();
    expect(calls.slice(2)).toEqual([['C']]);
  });
});
