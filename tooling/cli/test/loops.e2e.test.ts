import { describe, expect, test } from 'vitest';
import { runClosedLoop } from '../src/load/closed-loop.ts';
import type { History, Load } from '../src/load/load.ts';
import { runOpenLoop } from '../src/load/open-loop.ts';
import { tally } from '../src/load/tally.ts';
import { answer, type BoxOffice, type Clerk, openBoxOffice, sell } from './box-office.ts';
import { crowdOf } from './crowd-of.ts';

const loadOn = ({ url }: BoxOffice, count: number, changes: Partial<Load> = {}): Load => ({
  urls: [url],
  eventId: 'event',
  buyers: crowdOf(count),
  answerTimeoutMs: 20_000,
  onProgress: () => {},
  ...changes,
});

const ways: readonly [string, (load: Load) => Promise<History>][] = [
  ['closed loop', runClosedLoop],
  ['open loop', (load) => runOpenLoop(load, 1_000)],
];

describe.each(ways)('%s', (_way, run) => {
  test('everybody asks once, with a token and a booking id of its own', async () => {
    await using office = await openBoxOffice(sell);
    const load = loadOn(office, 250);
    const history = await run(load);
    expect(tally(history)).toMatchObject({ users: 250, confirmed: 250 });
    const expected = load.buyers.map(({ token, bookingId }) => ({
      authorization: `Bearer ${token}`,
      eventId: 'event',
      bookingId,
      quantity: 1,
      isFirstAttempt: true,
    }));
    const byId = (a: { bookingId: string }, b: { bookingId: string }) =>
      a.bookingId.localeCompare(b.bookingId);
    expect(office.asked.toSorted(byId)).toEqual(expected.toSorted(byId));
  });

  test('buyers are spread evenly over the processes of the api, each asking one of them', async () => {
    await using first = await openBoxOffice(sell);
    await using second = await openBoxOffice(sell);
    const history = await run(loadOn(first, 101, { urls: [first.url, second.url] }));
    expect(tally(history)).toMatchObject({ users: 101, confirmed: 101 });
    expect([first.asked.length, second.asked.length]).toEqual([51, 50]);
  });

  test('each answer is counted for the one who asked', async () => {
    const clerk: Clerk = (asked, response) => {
      const number = Number(asked.bookingId.split('-')[1]);
      if (number % 4 === 0) return sell(asked, response);
      if (number % 4 === 1) return refuse(response);
      if (number % 4 === 2)
        return answer(response, 503, { error: { data: { fault: 'overloaded' } } });
      response.writeHead(502).end('<html>Bad Gateway</html>');
    };
    await using office = await openBoxOffice(clerk);
    const history = await run(loadOn(office, 80));
    expect(tally(history)).toEqual({
      users: 80,
      confirmed: 20,
      refused: 20,
      refusedByReason: { sold_out: 20 },
      errors: 40,
      errorsByCause: { overloaded: 20, unparsable_answer: 20 },
      unknown: 0,
    });
    for (const { buyer, answer: told } of history) {
      const isFourth = Number(buyer.bookingId.split('-')[1]) % 4 === 0;
      expect(told.status === 'confirmed').toBe(isFourth);
    }
  });

  test('who is hung up on gets an error, and nobody else does', async () => {
    const clerk: Clerk = (asked, response) => {
      if (asked.bookingId.endsWith('7')) response.destroy();
      else void sell(asked, response);
    };
    await using office = await openBoxOffice(clerk);
    const history = await run(loadOn(office, 100));
    expect(tally(history)).toMatchObject({ users: 100, confirmed: 90, errors: 10 });
  });

  test('a server that vanishes ends the load by itself, with everybody counted', async () => {
    await using office = await openBoxOffice((asked, response) => {
      if (office.asked.length > 60) office.vanish();
      else void sell(asked, response);
    });
    const history = await run(loadOn(office, 300));
    const { users, confirmed, errors } = tally(history);
    expect(users).toBe(300);
    expect(confirmed).toBeLessThanOrEqual(60);
    expect(confirmed + errors).toBe(300);
  });

  test('a server that never answers is waited for, for a bounded time', async () => {
    await using office = await openBoxOffice(() => {});
    const history = await run(loadOn(office, 20, { answerTimeoutMs: 1_000 }));
    expect(tally(history)).toMatchObject({ users: 20, errors: 20 });
  });
});

test('closed loop: more users than connections take turns', async () => {
  await using office = await openBoxOffice(sell);
  const history = await runClosedLoop(loadOn(office, 1_500));
  expect(tally(history)).toMatchObject({ users: 1_500, confirmed: 1_500 });
});

test('open loop: arrivals do not wait for answers', async () => {
  const waiting: (() => void)[] = [];
  // Nobody is served before all have come: whoever waits for an answer before sending never ends.
  await using office = await openBoxOffice((asked, response) => {
    waiting.push(() => void sell(asked, response));
    if (waiting.length === 200) for (const serve of waiting) serve();
  });
  const history = await runOpenLoop(loadOn(office, 200), 1_000);
  expect(tally(history)).toMatchObject({ confirmed: 200 });
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
  const history = await runOpenLoop(loadOn(office, 100, { onProgress: stallOnce }), 500);
  expect(history.map(({ arrivedAtMs }) => arrivedAtMs)).toEqual(
    Array.from({ length: 100 }, (_, index) => index * 2),
  );
  // All 100 were due within 200 ms. The stall of 300 ms shows in everybody's wait who came in it.
  const late = history.filter(({ arrivedAtMs, answeredAtMs }) => answeredAtMs - arrivedAtMs > 100);
  expect(late.length).toBeGreaterThan(50);
});

function refuse(response: Parameters<Clerk>[1]): void {
  const data = { status: 'refused', reason: 'sold_out', message: 'Not enough seats are left.' };
  answer(response, 200, { result: { data } });
}
