import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createHoldfastClient, HoldfastError, newId, type RetryOptions } from '../src/index.ts';
import { misbehavingServer, type Step } from './misbehaving-server.ts';

const eventId = newId();
const overloaded = { fault: 'overloaded', httpStatus: 503, retryAfterMs: 60 } as const;
const unknown: Step = { answer: { status: 'unknown', retryAfterMs: 5 } };

function clientOf(url: string, retry: Partial<RetryOptions> = {}) {
  const quick = { backoffBaseMs: 1, backoffMaxMs: 2 };
  return createHoldfastClient({ url, token: 'a.b.c', retry: { ...quick, ...retry } });
}

/** The error that a call is expected to end with. */
async function errorOf(call: Promise<unknown>): Promise<HoldfastError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof HoldfastError) return outcome;
  throw new Error(`not a HoldfastError: ${JSON.stringify(outcome)}`);
}

describe('a reserve that goes wrong on the way is sent again with the same id, and has one effect', () => {
  test.each<[string, Step[]]>([
    ['cut before the work was done', ['cut_before', 'serve']],
    ['cut after the work was done', ['cut_after', 'serve']],
    ['cut in the middle of the answer', ['cut_within_answer', 'serve']],
    ['cut again and again', ['cut_after', 'cut_before', 'cut_within_answer', 'serve']],
    ['refused by an overloaded api', [overloaded, 'serve']],
    ['answered as unknown', [unknown, 'serve']],
    ['turned away by a proxy that limits callers', [{ page: 429 }, 'serve']],
    ['answered by a proxy that lost its api', [{ page: 502 }, { page: 504 }, 'serve']],
    [
      'answered too late for the api itself',
      [{ fault: 'deadline_exceeded', httpStatus: 504 }, 'serve'],
    ],
  ])('%s', async (_, steps) => {
    await using server = await misbehavingServer(...(steps as [Step]));
    const answer = await clientOf(server.url).booking.reserve({ eventId, quantity: 2 });
    expect(answer).toMatchObject({ status: 'held', eventId, quantity: 2 });
    expect(server.requests).toHaveLength(steps.length);
    expect(new Set(server.requests.map(({ input }) => input['bookingId'])).size).toBe(1);
    expect([...server.effects]).toEqual([server.requests[0]?.input['bookingId']]);
  });

  test('with the id that the caller gave, where it gave one', async () => {
    await using server = await misbehavingServer('cut_after', 'serve');
    const bookingId = newId();
    const answer = await clientOf(server.url).booking.book({ eventId, bookingId, quantity: 1 });
    expect(answer).toMatchObject({ id: bookingId });
    expect(server.requests.map(({ input }) => input['bookingId'])).toEqual([bookingId, bookingId]);
  });

  test('events likewise', async () => {
    await using server = await misbehavingServer('cut_after', overloaded, 'serve');
    await clientOf(server.url).event.create({
      title: 'Concert',
      date: '2030-01-01T20:00:00.000Z',
      seatCount: 5,
    });
    expect(new Set(server.requests.map(({ input }) => input['eventId'])).size).toBe(1);
  });

  test('two calls are two bookings', async () => {
    await using server = await misbehavingServer('serve');
    const { booking } = clientOf(server.url);
    await Promise.all([
      booking.reserve({ eventId, quantity: 1 }),
      booking.reserve({ eventId, quantity: 1 }),
    ]);
    expect(server.effects.size).toBe(2);
  });
});

describe('when the retries are used up', () => {
  test.each<[string, Step, string]>([
    ['only cut connections', 'cut_after', 'network'],
    ['only unknown', unknown, 'outcome_unknown'],
    ['only pages of a proxy', { page: 502 }, 'bad_gateway'],
  ])(
    'and there was an attempt in doubt, the answer is unknown, with the id: %s',
    async (_, step, fault) => {
      await using server = await misbehavingServer(step);
      const answer = await clientOf(server.url).booking.reserve({ eventId, quantity: 1 });
      const bookingId = server.requests[0]?.input['bookingId'];
      expect(answer).toEqual({
        status: 'unknown',
        eventId,
        bookingId,
        fault,
        message: expect.any(String),
        retryAfterMs: expect.any(Number),
      });
      expect(server.requests).toHaveLength(4);
    },
  );

  test('and the doubt is older than the last attempt, it stays', async () => {
    await using server = await misbehavingServer('cut_after', overloaded);
    const answer = await clientOf(server.url).booking.reserve({ eventId, quantity: 1 });
    expect(answer).toMatchObject({ status: 'unknown', fault: 'overloaded', retryAfterMs: 60 });
  });

  test('an unknown answer is settled by the same call with its id', async () => {
    await using server = await misbehavingServer('cut_after', 'cut_after', 'serve');
    const { booking } = clientOf(server.url, { attemptCountMax: 2 });
    const first = await booking.reserve({ eventId, quantity: 1 });
    if (first.status !== 'unknown') throw new Error('expected a doubt');
    const second = await booking.reserve({ eventId, quantity: 1, bookingId: first.bookingId });
    expect(second).toMatchObject({ status: 'held', id: first.bookingId });
    expect(server.effects.size).toBe(1);
  });

  test('and no attempt can have taken effect, the call is an error', async () => {
    await using server = await misbehavingServer(overloaded);
    const error = await errorOf(clientOf(server.url).booking.reserve({ eventId, quantity: 1 }));
    expect(error).toMatchObject({
      fault: 'overloaded',
      code: 'TRPC_CODE',
      httpStatus: 503,
      retryAfterMs: 60,
      inDoubt: false,
    });
    expect(server.requests).toHaveLength(4);
  });

  test('and nothing listens there, the call is an error: nothing was sent', async () => {
    const error = await errorOf(
      clientOf(await deadUrl()).booking.reserve({ eventId, quantity: 1 }),
    );
    expect(error).toMatchObject({ fault: 'unreachable', httpStatus: null, inDoubt: false });
  });

  test('a question in doubt is an error: it changes nothing', async () => {
    await using server = await misbehavingServer('cut_before');
    const error = await errorOf(clientOf(server.url).event.get({ eventId }));
    expect(error).toMatchObject({ fault: 'network', inDoubt: false });
    expect(server.requests).toHaveLength(4);
  });
});

describe('what no retry fixes is an error at once', () => {
  test.each([
    ['bad_input', 400],
    ['unauthenticated', 401],
    ['forbidden', 403],
    ['not_found', 404],
    ['payload_too_large', 413],
  ] as const)('%s', async (fault, httpStatus) => {
    const fields = [{ path: 'quantity', message: 'Too small' }, 'nonsense'];
    await using server = await misbehavingServer({ fault, httpStatus, fields });
    const error = await errorOf(clientOf(server.url).booking.reserve({ eventId, quantity: 0 }));
    expect(error).toMatchObject({ fault, httpStatus, inDoubt: false, retryAfterMs: null });
    expect(error.fields).toEqual([{ path: 'quantity', message: 'Too small' }]);
    expect(server.requests).toHaveLength(1);
  });

  test('a command after which the api broke may have taken effect: unknown', async () => {
    await using server = await misbehavingServer({ fault: 'internal', httpStatus: 500 });
    const answer = await clientOf(server.url).booking.reserve({ eventId, quantity: 1 });
    expect(answer).toMatchObject({ status: 'unknown', fault: 'internal' });
    expect(server.requests).toHaveLength(1);
  });

  test('a web server that is no api', async () => {
    await using server = await misbehavingServer({ page: 404 });
    const error = await errorOf(clientOf(server.url).booking.reserve({ eventId, quantity: 1 }));
    expect(error).toMatchObject({ fault: 'rejected', httpStatus: 404 });
    expect(error.message).toContain('url');
  });

  test('a refusal is no error at all, and is not retried', async () => {
    const refusal = {
      status: 'refused',
      reason: 'sold_out',
      message: 'Not enough seats are left.',
    };
    await using server = await misbehavingServer({ answer: refusal });
    const answer = await clientOf(server.url).booking.reserve({ eventId, quantity: 1 });
    expect(answer).toEqual(refusal);
    expect(server.requests).toHaveLength(1);
  });

  test('health is asked once: that it is not well is an answer', async () => {
    await using server = await misbehavingServer({ fault: 'draining', httpStatus: 503 });
    const error = await errorOf(clientOf(server.url).health.ready());
    expect(error.fault).toBe('draining');
    expect(server.requests).toHaveLength(1);
  });
});

describe('waiting', () => {
  test('no retry comes sooner than the api asked', async () => {
    await using server = await misbehavingServer(overloaded, overloaded, 'serve');
    await clientOf(server.url, { random: () => 0 }).booking.reserve({ eventId, quantity: 1 });
    const [first = 0, second = 0, third = 0] = server.requests.map(({ atMs }) => atMs);
    // Node's timers may fire up to a millisecond early.
    expect(second - first).toBeGreaterThanOrEqual(59);
    expect(third - second).toBeGreaterThanOrEqual(59);
  });

  test("a proxy's Retry-After counts as well", async () => {
    await using server = await misbehavingServer({ page: 503, retryAfter: '3' }, 'serve');
    const sleptMs: number[] = [];
    const sleep = async (durationMs: number) => void sleptMs.push(durationMs);
    await clientOf(server.url, { sleep }).booking.reserve({ eventId, quantity: 1 });
    expect(sleptMs).toHaveLength(1);
    expect(sleptMs[0]).toBeGreaterThanOrEqual(3_000);
  });

  test('a request that is not answered in time is cut, and its fate unknown', async () => {
    await using server = await misbehavingServer('hang', 'serve');
    const answer = await clientOf(server.url, { attemptTimeoutMs: 500 }).booking.reserve({
      eventId,
      quantity: 1,
    });
    expect(answer.status).toBe('held');
    expect(server.requests).toHaveLength(2);
  });

  test('the whole call ends in time, however long the api keeps it waiting', async () => {
    await using server = await misbehavingServer('hang');
    const startedAt = performance.now();
    const client = clientOf(server.url, { totalTimeoutMs: 150 });
    const answer = await client.booking.reserve({ eventId, quantity: 1 });
    expect(answer).toMatchObject({ status: 'unknown', fault: 'attempt_timeout' });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe('the retry budget', () => {
  test('a storm of refusals is not multiplied: a tenth more requests, and the reserve', async () => {
    await using server = await misbehavingServer({ fault: 'overloaded', httpStatus: 503 });
    const { booking } = clientOf(server.url);
    for (let call = 0; call < 100; call += 1) {
      await errorOf(booking.reserve({ eventId, quantity: 1 }));
    }
    expect(server.requests.length).toBeGreaterThan(100);
    expect(server.requests.length).toBeLessThanOrEqual(100 + 10 + 10);
  });
});

describe('aborting', () => {
  test('ends the call at once, and says that the command may have taken effect', async () => {
    await using server = await misbehavingServer('hang');
    const stop = new AbortController();
    const call = errorOf(
      clientOf(server.url).booking.reserve({ eventId, quantity: 1 }, { signal: stop.signal }),
    );
    await expect.poll(() => server.requests.length).toBe(1);
    stop.abort(new Error('the user left'));
    const error = await call;
    expect(error).toMatchObject({ fault: 'aborted', inDoubt: true });
    expect(error.cause).toEqual(new Error('the user left'));
    expect(server.requests).toHaveLength(1);
  });

  test('before anything was sent, nothing is sent', async () => {
    await using server = await misbehavingServer('serve');
    const options = { signal: AbortSignal.abort() };
    const error = await errorOf(
      clientOf(server.url).booking.reserve({ eventId, quantity: 1 }, options),
    );
    expect(error).toMatchObject({ fault: 'aborted', inDoubt: false });
    expect(server.requests).toHaveLength(0);
  });
});

describe('tokens', () => {
  test('a function is asked before every request', async () => {
    await using server = await misbehavingServer('cut_before', 'serve');
    let count = 0;
    const token = async () => `token-${(count += 1)}`;
    const retry = { backoffBaseMs: 1 };
    await createHoldfastClient({ url: server.url, token, retry }).event.get({ eventId });
    expect(server.requests.map(({ authorization }) => authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });

  test.each([
    ['a function that fails', () => Promise.reject(new Error('signed out'))],
    ['a token with a line break', 'canary\ntoken'],
    ['an empty token', ''],
  ])('%s is an error before anything is sent, and is not quoted', async (_, token) => {
    await using server = await misbehavingServer('serve');
    const error = await errorOf(createHoldfastClient({ url: server.url, token }).event.list());
    expect(error).toMatchObject({ fault: 'token_unavailable', inDoubt: false });
    expect(String(error) + String(error.cause)).not.toContain('canary');
    expect(server.requests).toHaveLength(0);
  });

  test('without one, what is public can be asked', async () => {
    await using server = await misbehavingServer({ answer: { items: [], nextCursor: null } });
    await createHoldfastClient({ url: server.url }).event.list({ onlyAvailable: true });
    expect(server.requests[0]).toMatchObject({
      method: 'GET',
      path: '/trpc/event.list',
      input: { onlyAvailable: true },
      authorization: undefined,
    });
  });
});

describe('configuration', () => {
  test.each(['localhost:3000', 'ftp://somewhere', 'http://'])(
    'the url %s is refused at once',
    (url) => {
      expect(() => createHoldfastClient({ url })).toThrow(/url must look like/);
    },
  );

  test('a slash at the end of the url does no harm', async () => {
    await using server = await misbehavingServer('serve');
    await createHoldfastClient({ url: `${server.url}/` }).event.get({ eventId });
    expect(server.requests[0]?.path).toBe('/trpc/event.get');
  });

  test('another fetch is used where one is given', async () => {
    const asked: string[] = [];
    const fetchIt: typeof fetch = async (input) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return Response.json({ result: { data: { items: [], nextCursor: null } } });
    };
    await createHoldfastClient({ url: 'https://example.org', fetch: fetchIt }).event.list();
    expect(asked).toEqual([expect.stringContaining('https://example.org/trpc/event.list')]);
  });
});

/** An address at which nothing listens: a port that was free a moment ago. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}
