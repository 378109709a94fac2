import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi } from './api.ts';
import { claimsOf, sign, tokenOf } from './token.ts';

let api: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.stop();
});

const query = (path: string, input: object | null, authorization: string) =>
  fetch(
    `${api.url}/trpc/${path}${input === null ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`}`,
    { headers: { authorization } },
  );

const expired = async () =>
  `Bearer ${await sign({ ...claimsOf('ada', 'organizer'), exp: Math.floor(Date.now() / 1_000) - 60 })}`;

describe('what anybody may read stays open', () => {
  test.each([
    ['a proxy sends its own credentials', async () => 'Basic YTpi'],
    ['a token has run out over night', expired],
    ['a token is forged', async () => 'Bearer a.b.c'],
    ['the header is nonsense', async () => 'nonsense'],
  ])('where %s', async (_, header) => {
    const authorization = await header();
    for (const path of ['event.list', 'health.live', 'health.ready']) {
      expect((await query(path, null, authorization)).status).toBe(200);
    }
    expect((await query('booking.mine', null, authorization)).status).toBe(401);
  });

  test('and a caller who believes to be known hears that it is not', async () => {
    const challenge = async (header: string) =>
      (await query('event.list', null, header)).headers.get('www-authenticate');
    expect(await challenge(await expired())).toBe('Bearer error="invalid_token"');
    expect(await challenge('Basic YTpi')).toBeNull();
    expect(await challenge(`Bearer ${await tokenOf('ada', 'user')}`)).toBeNull();
  });

  test('a draft of their own is not said to be missing, but the token to be no good', async () => {
    const answer = await query('event.get', { eventId: randomUUID() }, await expired());
    expect(answer.status).toBe(401);
    expect((await query('event.list', { mine: true }, await expired())).status).toBe(401);
    expect((await query('event.get', { eventId: randomUUID() }, 'Basic YTpi')).status).toBe(401);
  });
});

test('health never waits for the keys of an issuer', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/keys`);
  const other = await startApi({ keys: { type: 'key_set', url, algorithms: ['ES256'] } });
  try {
    const { privateKey } = await generateKeyPair('ES256');
    const signing = new SignJWT(claimsOf('ada', 'user')).setProtectedHeader({ alg: 'ES256' });
    const headers = { authorization: `Bearer ${await signing.sign(privateKey)}` };
    const ask = async (path: string) =>
      (await fetch(`${other.url}/trpc/${path}`, { headers })).status;
    const listed = ask('event.list');
    const first = await Promise.race([
      listed.then(() => 'the list'),
      ask('health.ready').then((status) => `health ${status}`),
    ]);
    expect(first).toBe('health 200');
    // The key set is given up in the end, and what anybody may read is answered all the same.
    expect(await listed).toBe(200);
    expect(await ask('booking.mine')).toBe(503);
  } finally {
    await other.stop();
    silent.closeAllConnections();
    silent.close();
  }
});
