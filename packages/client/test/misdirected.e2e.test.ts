import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHoldfastClient, HoldfastError, newId } from '../src/index.ts';
import { misbehavingServer } from './misbehaving-server.ts';

const eventId = newId();

async function errorOf(call: Promise<unknown>): Promise<HoldfastError> {
  const outcome = await call.catch((error: unknown) => error);
  if (outcome instanceof HoldfastError) return outcome;
  throw new Error(`not a HoldfastError: ${JSON.stringify(outcome)}`);
}

test('a limit of callers is waited for as long as it says, and nothing was done before', async () => {
  await using server = await misbehavingServer({ page: 429, retryAfter: '7' }, 'serve');
  const waits: number[] = [];
  const sleep = async (ms: number) => void waits.push(ms);
  const client = createHoldfastClient({
    url: server.url,
    token: 'a.b.c',
    retry: { sleep, backoffBaseMs: 1, backoffMaxMs: 1 },
  });
  expect(await client.booking.reserve({ eventId, quantity: 1 })).toMatchObject({ status: 'held' });
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThanOrEqual(7_000);
});

test('a limit that does not end is an error, and no doubt', async () => {
  await using server = await misbehavingServer({ page: 429 });
  const client = createHoldfastClient({
    url: server.url,
    retry: { backoffBaseMs: 1, backoffMaxMs: 1 },
  });
  const error = await errorOf(client.booking.reserve({ eventId, quantity: 1 }));
  expect(error).toMatchObject({ fault: 'rate_limited', httpStatus: 429, inDoubt: false });
});

describe('a url that is nearly right', () => {
  test.each(['http://127.0.0.1:3000/trpc', 'http://127.0.0.1:3000/trpc/', '/trpc'])(
    '%s: the client says what to leave out',
    (url) => {
      expect(() => createHoldfastClient({ url })).toThrow(/must not end in '\/trpc'/);
    },
  );

  test.each([301, 302, 307, 308])(
    'and answers %d is not followed: it says where it leads, and nothing was done',
    async (page) => {
      const location = 'https://booking.example/trpc/booking.reserve';
      await using server = await misbehavingServer({ page, location });
      const client = createHoldfastClient({ url: server.url, token: 'a.b.c' });
      const error = await errorOf(client.booking.reserve({ eventId, quantity: 1 }));
      expect(error).toMatchObject({ fault: 'redirected', httpStatus: page, inDoubt: false });
      expect(error.message).toContain('leads to https://booking.example');
      expect(server.requests).toHaveLength(1);
    },
  );

  test('ends a watch, too, in place of asking again for ever', async () => {
    await using server = await misbehavingServer({ page: 308, location: 'https://other.example/' });
    const client = createHoldfastClient({ url: server.url });
    const watching = client.event.watch({ eventId })[Symbol.asyncIterator]().next();
    expect(await errorOf(watching)).toMatchObject({ fault: 'redirected' });
    expect(server.requests).toHaveLength(1);
  });
});

describe('a call that a browser blocks', () => {
  afterEach(() => vi.unstubAllGlobals());

  const blocked: typeof fetch = () => Promise.reject(new TypeError('Failed to fetch'));
  const client = createHoldfastClient({
    url: 'https://booking.example',
    fetch: blocked,
    retry: { backoffBaseMs: 1, backoffMaxMs: 1 },
  });

  test('is told as one that may be, in a doubt and in an error', async () => {
    vi.stubGlobal('document', {});
    expect(await client.booking.reserve({ eventId, quantity: 1 })).toMatchObject({
      status: 'unknown',
      message: expect.stringContaining('CORS_ORIGINS'),
    });
    expect((await errorOf(client.event.list())).message).toContain('CORS_ORIGINS');
    const cuts: string[] = [];
    const left = new AbortController();
    const onCut = ({ message }: HoldfastError) => {
      cuts.push(message);
      left.abort();
    };
    for await (const _ of client.event.watch({ eventId }, { signal: left.signal, onCut }));
    expect(cuts).toEqual([expect.stringContaining('CORS_ORIGINS')]);
  });

  test('negative control: where there is no page, no browser is blamed', async () => {
    expect((await errorOf(client.event.list())).message).not.toContain('CORS_ORIGINS');
  });
});
