import type { Admitted, Ask, Verdict } from '@holdfast/admission';
import { describe, expect, test, vi } from 'vitest';
import { AdmissionLane, type LaneOptions } from '../src/admission/admission-lane.ts';
import { type Deadline, deadlineAfter } from '../src/http/deadline.ts';
import type { Pass } from '../src/admission/pass.ts';
import type { Turn } from '../src/admission/waiting-room.ts';

const longDeadline: Deadline = { remainingMs: () => 60_000 };

/** One call of Redis, which ends when the test says so. */
interface Call {
  readonly ids: readonly string[];
  /** A letter an ask, as the script has them: a, s or u. */
  answer(letters: string, facts?: Partial<Admitted>): Promise<void>;
  fail(): Promise<void>;
}

const verdictOf: Readonly<Record<string, Verdict>> = {
  a: 'admitted',
  s: 'sold_out',
  u: 'undecided',
};

/** One turn of the event loop, in which lanes ask. */
const tick = () => new Promise((resolve) => setImmediate(resolve));

/** Until an answer was heard, and what it gave rise to was asked. */
async function heard(): Promise<void> {
  await tick();
  await tick();
}

/** A lane whose Redis the test plays. */
function createLane(changes: Partial<LaneOptions> = {}) {
  const calls: Call[] = [];
  const released: string[][] = [];
  const counts = { probes: 0, idles: 0 };
  const lane = new AdmissionLane({
    admit: (asks) => {
      const { promise, resolve, reject } = Promise.withResolvers<Admitted>();
      calls.push(callOf(asks, resolve, reject));
      return promise;
    },
    release: async (leases) => void released.push(leases.map(({ leaseId }) => leaseId)),
    onAdmitted: () => {},
    onProbe: () => {
      counts.probes += 1;
    },
    onIdle: () => {
      counts.idles += 1;
    },
    askCountMax: 500,
    waitingCountMax: 100,
    probeCountMin: 4,
    probeCountMax: 64,
    retryAfterMs: 700,
    ...changes,
  });
  return { lane, calls, released, counts };
}

function callOf(
  asks: readonly Ask[],
  resolve: (admitted: Admitted) => void,
  reject: (error: Error) => void,
): Call {
  return {
    ids: asks.map(({ leaseId }) => leaseId),
    async answer(letters, facts = {}) {
      const verdicts = letters.split('').map((letter) => verdictOf[letter] ?? 'undecided');
      const known = { asOfMs: 1_000, base: null, limit: null, noForMs: 0, waitMs: 0 };
      resolve({ ...known, ...facts, verdicts });
      await heard();
    },
    async fail() {
      reject(new Error('away'));
      await heard();
    },
  };
}

/** Claims of these names, and what each was told, as it is told. */
function enterAll(lane: AdmissionLane, names: readonly string[], deadline = longDeadline) {
  const turns = new Map<string, Turn | 'overloaded'>();
  for (const leaseId of names) {
    const quantity = leaseId.startsWith('fence') ? 0 : 1;
    lane.enter({ leaseId, quantity }, deadline).then(
      (turn) => turns.set(leaseId, turn),
      () => turns.set(leaseId, 'overloaded'),
    );
  }
  const passOf = (name: string): Pass => {
    const turn = turns.get(name);
    if (turn === undefined || turn === 'overloaded' || turn.type !== 'enter') {
      throw new Error(`${name} has no pass.`);
    }
    return turn.pass;
  };
  const typeOf = (name: string) => {
    const turn = turns.get(name);
    if (turn === undefined || turn === 'overloaded') return turn;
    return turn.type === 'enter' ? turn.pass.type : turn.type;
  };
  return { turns, passOf, typeOf, types: () => names.map(typeOf) };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `c${index}`);

/** A settlement that shows nothing new. */
const nothingNew = { base: 5, free: 0, drift: 0, fenceCount: 0 };

describe('asking', () => {
  test('all who come in one turn of the event loop are asked about in one call, in their order', async () => {
    const { lane, calls } = createLane();
    enterAll(lane, ['a', 'b', 'c']);
    expect(calls).toHaveLength(0);
    await tick();
    expect(calls.map(({ ids }) => ids)).toEqual([['a', 'b', 'c']]);
  });

  test('one call is in flight at a time; who comes meanwhile is asked about next', async () => {
    const { lane, calls } = createLane();
    enterAll(lane, ['a']);
    await tick();
    enterAll(lane, ['b']);
    await tick();
    enterAll(lane, ['c']);
    await tick();
    expect(calls).toHaveLength(1);
    await calls[0]?.answer('a');
    expect(calls.map(({ ids }) => ids)).toEqual([['a'], ['b', 'c']]);
  });

  test('a call asks for askCountMax at most', async () => {
    const { lane, calls } = createLane({ askCountMax: 2 });
    const entered = enterAll(lane, ['a', 'b', 'c']);
    await tick();
    await calls[0]?.answer('aa');
    await calls[1]?.answer('a');
    expect(calls.map(({ ids }) => ids)).toEqual([['a', 'b'], ['c']]);
    expect(entered.types()).toEqual(['lease', 'lease', 'lease']);
  });

  test('each hears its own verdict, and a fence how long its commit has to wait', async () => {
    const { lane, calls } = createLane();
    const { turns } = enterAll(lane, ['a', 'b', 'fence']);
    await tick();
    expect(calls[0]?.ids).toEqual(['fence', 'a', 'b']);
    await calls[0]?.answer('aas', { waitMs: 37 });
    expect(turns.get('fence')).toMatchObject({ pass: { type: 'fence' }, waitMs: 37 });
    expect(turns.get('a')).toMatchObject({ pass: { type: 'lease' }, waitMs: 0 });
    expect(turns.get('b')).toEqual({ type: 'sold_out' });
  });
});

describe('those whom Redis cannot decide', () => {
  test('a few go to PostgreSQL, the others wait', async () => {
    const { lane, calls, counts } = createLane();
    const entered = enterAll(lane, names(10));
    await tick();
    await calls[0]?.answer('u'.repeat(10));
    expect(entered.types().filter((type) => type === 'probe')).toHaveLength(4);
    expect(entered.types().slice(0, 4)).toEqual(Array(4).fill('probe'));
    expect(counts.probes).toBe(4);
    expect(lane.waitingCount).toBe(6);
    expect(calls).toHaveLength(1);
  });

  test('when the probes are out, those who wait are asked about again, before who came later', async () => {
    const { lane, calls } = createLane();
    const entered = enterAll(lane, names(6));
    await tick();
    await calls[0]?.answer('uuuuuu');
    enterAll(lane, ['later']);
    lane.groupOut(names(4).map(entered.passOf), nothingNew);
    await tick();
    expect(calls[1]?.ids).toEqual(['c4', 'c5', 'later']);
    await calls[1]?.answer('sss');
    expect(entered.typeOf('c5')).toBe('sold_out');
  });

  test.each([
    ['seats that are free', { base: 5, free: 1, drift: 0, fenceCount: 0 }, 2],
    ['too few seats for one that waits', { base: 0, free: 0, drift: 0, fenceCount: 0 }, 2],
    ['nothing that decides anybody', nothingNew, 1],
    ['nothing at all', null, 1],
  ])('a group without a probe that settles with %s: %#', async (_, settled, expectedCallCount) => {
    const { lane, calls } = createLane();
    const entered = enterAll(lane, ['first', ...names(5)]);
    await tick();
    await calls[0]?.answer('auuuuu');
    lane.groupOut([entered.passOf('first')], settled);
    await tick();
    expect(calls).toHaveLength(expectedCallCount);
  });

  test.each<[string, (lane: AdmissionLane, probe: Pass) => void]>([
    ['is refused by a full committer', (lane, probe) => lane.leave(probe)],
    ['settles', (lane, probe) => lane.groupOut([probe], nothingNew)],
    ['is out, and Redis cannot be told', (lane, probe) => lane.groupOut([probe], null)],
  ])('whoever waits has a probe in flight, also when one %s', async (_, end) => {
    const { lane, calls, counts } = createLane();
    const entered = enterAll(lane, names(12));
    await tick();
    await calls[0]?.answer('u'.repeat(12));
    for (let out = 0; out < 8; out += 1) {
      end(lane, entered.passOf(`c${out}`));
      await tick();
      await calls[out + 1]?.answer('u'.repeat(12));
      expect(counts.probes).toBeGreaterThan(out + 1);
    }
    expect(lane.waitingCount).toBe(0);
  });

  test('where probes decide nobody their number doubles, up to a bound, and any decision ends that', async () => {
    const { lane, calls, counts } = createLane({ probeCountMax: 16 });
    const entered = enterAll(lane, names(60));
    const probesOf = () => names(60).filter((name) => entered.typeOf(name) === 'probe');
    await tick();
    const rounds: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      const before = probesOf();
      await calls.at(-1)?.answer('u'.repeat(60));
      const sent = probesOf().filter((name) => !before.includes(name));
      rounds.push(sent.length);
      lane.groupOut(sent.map(entered.passOf), nothingNew);
      await tick();
    }
    expect(rounds).toEqual([4, 8, 16, 16]);
    await calls.at(-1)?.answer('a'.padEnd(16, 'u'));
    expect(counts.probes).toBe(44 + 4);
  });
});

describe('without Redis', () => {
  test('all who are asked about, who wait and who come go in at once', async () => {
    const { lane, calls } = createLane();
    const entered = enterAll(lane, names(6));
    await tick();
    await calls[0]?.answer('uuuuuu');
    const later = enterAll(lane, ['later', 'fence']);
    await tick();
    expect(calls[1]?.ids).toEqual(['fence', 'later']);
    const last = enterAll(lane, ['last']);
    await calls[1]?.fail();
    expect([entered.typeOf('c4'), later.typeOf('later'), last.typeOf('last')]).toEqual([
      'lease',
      'lease',
      'lease',
    ]);
    expect(later.typeOf('fence')).toBe('unfenced');
    expect(lane.waitingCount).toBe(0);
  });
});

describe('bounds', () => {
  test('a full lane refuses at once, with a time to retry after', async () => {
    const { lane } = createLane({ waitingCountMax: 2 });
    enterAll(lane, ['a', 'b']);
    await expect(lane.enter({ leaseId: 'c', quantity: 1 }, longDeadline)).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterMs: 700,
    });
  });

  test('who still waits at the deadline is overloaded, and holds nothing', async () => {
    const { lane, calls, released } = createLane();
    const entered = enterAll(lane, names(4));
    const late = enterAll(lane, ['late'], deadlineAfter(5));
    await tick();
    await calls[0]?.answer('uuuuu');
    await vi.waitFor(() => expect(late.typeOf('late')).toBe('overloaded'));
    lane.groupOut(names(4).map(entered.passOf), nothingNew);
    await tick();
    expect(calls).toHaveLength(1);
    expect(released).toEqual([]);
    expect(lane.isIdle).toBe(true);
  });

  test.each(['is admitted', 'is not answered'])(
    'one whose deadline passes while Redis is asked gives back what it may hold: it %s',
    async (end) => {
      const { lane, calls, released } = createLane();
      const late = enterAll(lane, ['late'], deadlineAfter(5));
      await tick();
      await vi.waitFor(() => expect(late.typeOf('late')).toBe('overloaded'));
      await (end === 'is admitted' ? calls[0]?.answer('a') : calls[0]?.fail());
      await tick();
      expect(released).toEqual([['late']]);
      expect(lane.isIdle).toBe(true);
    },
  );

  test('passes that no commit had are released together', async () => {
    const { lane, calls, released } = createLane();
    const entered = enterAll(lane, ['fence', 'a', 'b']);
    await tick();
    await calls[0]?.answer('aaa');
    for (const name of ['fence', 'a', 'b']) lane.leave(entered.passOf(name));
    await tick();
    expect(released).toEqual([['fence', 'a', 'b']]);
  });

  test('a lane is idle, and says so, when the last pass is back', async () => {
    const { lane, calls, counts } = createLane();
    const entered = enterAll(lane, ['a', 'b']);
    await tick();
    await calls[0]?.answer('as');
    expect([lane.isIdle, counts.idles]).toEqual([false, 0]);
    lane.groupOut([entered.passOf('a')], nothingNew);
    expect([lane.isIdle, counts.idles]).toEqual([true, 1]);
  });

  test('no timer is left behind by an answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const { lane, calls } = createLane();
      enterAll(lane, ['a', 'b', 'c']);
      await tick();
      expect(vi.getTimerCount()).toBe(3);
      await calls[0]?.answer('asu');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

test('a time of Redis that was heard more than a second ago is none', async () => {
  const { lane, calls } = createLane();
  expect(lane.asOfMs(performance.now())).toBe(0);
  enterAll(lane, ['a']);
  await tick();
  await calls[0]?.answer('a', { asOfMs: 5_000 });
  expect(lane.asOfMs(performance.now())).toBe(5_000);
  expect(lane.asOfMs(performance.now() + 1_001)).toBe(0);
});
