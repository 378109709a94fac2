import { describe, expect, test } from 'vitest';
import type { Call } from '../src/load/call.ts';
import type { Load } from '../src/load/load.ts';
import { runClosedLoop, runOpenLoop } from '../src/load/storm.ts';
import { tally } from '../src/judge/tally.ts';
import { answer, type BoxOffice, type Clerk, openBoxOffice, sell } from './box-office.ts';
import { crowdOf } from './crowd-of.ts';

const loadOn = ({ url }: BoxOffice, count: number, changes: Partial<Load> = {}): Load => ({
  urls: [url],
  eventId: 'event',
  users: crowdOf(count),
  onProgress: () => {},
  ...changes,
});

type Way = (load: Load, answerTimeoutMs?: number) => Promise<readonly Call[]>;
const ways: readonly [string, Way][] = [
  ['closed loop', runClosedLoop],
  ['open loop', (load, answerTimeoutMs) => runOpenLoop(load, 1_000, answerTimeoutMs)],
];

describe.each(ways)('%s', (_way, run) => {
  test('everybody asks once, with a token and a booking id of its own', async () => {
    await using office = await openBoxOffice(sell);
    const load = loadOn(office, 250);
    const calls = await run(load);
    expect(tally(calls)).toMatchObject({ users: 250, confirmed: 250 });
    const expected = load.users.map(({ token }, index) => ({
      authorization: `Bearer ${token}`,
      eventId: 'event',
      bookingId: calls[index]?.bookingId,
      quantity: 1,
      isFirstAttempt: true,
    }));
    expect(office.asked).toHaveLength(250);
    expect(office.asked).toEqual(expect.arrayContaining(expected));
    expect(new Set(calls.map(({ bookingId }) => bookingId)).size).toBe(250);
  });

  test('users are spread evenly over the processes of the api, each asking one of them', async () => {
    await using first = await openBoxOffice(sell);
    await using second = await openBoxOffice(sell);
    const calls = await run(loadOn(first, 101, { urls: [first.url, second.url] }));
    expect(tally(calls)).toMatchObject({ users: 101, confirmed: 101 });
    expect([first.asked.length, second.asked.length]).toEqual([51, 50]);
  });

  test('each answer is counted for the one who asked', async () => {
    const clerk: Clerk = (asked, response) => {
      const number = Number(asked.authorization.split('-')[1]);
      if (number % 4 === 0) return sell(asked, response);
      if (number % 4 === 1) return refuse(response);
      if (number % 4 === 2)
        return answer(response, 503, {
          error: { code: -32_000, message: 'busy', data: overloaded },
        });
      response.writeHead(502).end('<html>Bad Gateway</html>');
    };
    await using office = await openBoxOffice(clerk);
    const calls = await run(loadOn(office, 80));
    expect(tally(calls)).toEqual({
      users: 80,
      confirmed: 20,
      refused: 20,
      refusedByReason: { sold_out: 20 },
      errors: 40,
      errorsByCause: { overloaded: 20, bad_answer: 20 },
      unknown: 0,
    });
    for (const { userId, result } of calls) {
      const isFourth = Number(userId.split('-')[1]) % 4 === 0;
      expect(result.status === 'accepted').toBe(isFourth);
    }
  });

  test('who is hung up on gets an error, and nobody else does', async () => {
    const clerk: Clerk = (asked, response) => {
      if (asked.authorization.endsWith('7')) response.destroy();
      else void sell(asked, response);
    };
    await using office = await openBoxOffice(clerk);
    const calls = await run(loadOn(office, 100));
    expect(tally(calls)).toMatchObject({ users: 100, confirmed: 90, errors: 10 });
  });

  test('a server that vanishes ends the load by itself, with everybody counted', async () => {
    await using office = await openBoxOffice((asked, response) => {
      if (office.asked.length > 60) office.vanish();
      else void sell(asked, response);
    });
    const calls = await run(loadOn(office, 300));
    const { users, confirmed, errors } = tally(calls);
    expect(users).toBe(300);
    expect(confirmed).toBeLessThanOrEqual(60);
    expect(confirmed + errors).toBe(300);
  });

  test('a server that never answers is waited for, for a bounded time', async () => {
    await using office = await openBoxOffice(() => {});
    const calls = await run(loadOn(office, 20), 1_000);
    expect(tally(calls)).toMatchObject({ users: 20, errors: 20 });
  });
});

test('closed loop: more users than connections take turns', async () => {
  await using office = await openBoxOffice(sell);
  const calls = await runClosedLoop(loadOn(office, 1_500));
  expect(tally(calls)).toMatchObject({ users: 1_500, confirmed: 1_500 });
});

test('open loop: arrivals do not wait for answers', async () => {
  const waiting: (() => void)[] = [];
  // Nobody is served before all have come: whoever waits for an answer before sending never ends.
  await using office = await openBoxOffice((asked, response) => {
    waiting.push(() => void sell(asked, response));
    if (waiting.length === 200) for (const serve of waiting) serve();
  });
  const calls = await runOpenLoop(loadOn(office, 200), 1_000);
  expect(tally(calls)).toMatchObject({ confirmed: 200 });
});

test('open loop: a wait begins when a user should have come, not when it could be sent', async () => {
  await using office = await openBoxOffice(sell);
  let isStalled = false;
  const stallOnce = () => {
    if (isStalled) return;
    isStalled = true;
    const until = performance.now() + 300;
    while (performance.now() < until);
  };
  const calls = await runOpenLoop(loadOn(office, 100, { onProgress: stallOnce }), 500);
  expect(calls.map(({ arrivedAtMs }) => arrivedAtMs)).toEqual(
    Array.from({ length: 100 }, (_, index) => index * 2),
  );
  // All 100 were due within 200 ms. The stall of 300 ms shows in everybody's wait who came in it.
  const late = calls.filter(({ arrivedAtMs, answeredAtMs }) => answeredAtMs - arrivedAtMs > 100);
  expect(late.length).toBeGreaterThan(50);
});

const overloaded = { code: 'SERVICE_UNAVAILABLE', httpStatus: 503, fault: 'overloaded' };

function refuse(response: Parameters<Clerk>[1]): void {
  const data = { status: 'refused', reason: 'sold_out', message: 'Not enough seats are left.' };
  answer(response, 200, { result: { data } });
}
