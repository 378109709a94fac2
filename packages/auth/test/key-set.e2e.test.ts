import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthenticate } from '../src/authenticate.ts';
import { audience, claimsOf, forge, issuer } from '../src/testing.ts';

type KeyPair = Awaited<ReturnType<typeof generateKeyPair>>;

const algorithms = ['RS256', 'ES256', 'EdDSA', 'Ed25519'];
const claims = claimsOf('ada', 'organizer');
const unauthenticated = expect.objectContaining({ code: 'unauthenticated' });

let keys: JWK[] = [];
let status = 200;
let fetchCount = 0;
let issuerServer: Server;
let url: URL;

beforeAll(async () => {
  issuerServer = createServer((_, response) => {
    fetchCount += 1;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys }));
  });
  await new Promise<void>((resolve) => issuerServer.listen(0, '127.0.0.1', resolve));
  const { port } = issuerServer.address() as AddressInfo;
  url = new URL(`http://127.0.0.1:${port}/keys`);
});

afterAll(() => issuerServer.close());

beforeEach(() => {
  keys = [];
  status = 200;
  fetchCount = 0;
});

const authenticateWith = (cooldownMs: number) =>
  createAuthenticate({ keys: { type: 'key_set', url, algorithms, cooldownMs }, issuer, audience });

async function publish({ publicKey }: KeyPair, kid: string): Promise<void> {
  keys = [...keys, { ...(await exportJWK(publicKey)), kid, use: 'sig' }];
}

async function signWith({ privateKey }: KeyPair, alg: string, kid: string): Promise<string> {
  return `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey)}`;
}

test.each(['RS256', 'ES256', 'EdDSA', 'Ed25519'])(
  'a token signed with a published %s key is valid',
  async (alg) => {
    const pair = await generateKeyPair(alg, { extractable: true });
    await publish(pair, 'one');
    const authenticate = authenticateWith(0);
    expect(await authenticate(await signWith(pair, alg, 'one'))).toEqual({
      id: 'ada',
      role: 'organizer',
    });
  },
);

describe('a token is refused', () => {
  test('that is signed with the public key as if it were a secret', async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    await publish(pair, 'one');
    const authenticate = authenticateWith(0);
    expect(await authenticate(await signWith(pair, 'RS256', 'one'))).not.toBeNull();
    const secrets = [await exportSPKI(pair.publicKey), JSON.stringify(keys[0])];
    for (const secret of secrets) {
      const signed = forge({ alg: 'HS256', kid: 'one' }, claims).slice(0, -1);
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      const token = `Bearer ${signed}.${signature}`;
      await expect(authenticate(token)).rejects.toEqual(unauthenticated);
    }
  });

  test('that nobody signed (alg none)', async () => {
    await publish(await generateKeyPair('ES256', { extractable: true }), 'one');
    const token = `Bearer ${forge({ alg: 'none', kid: 'one' }, claims)}`;
    await expect(authenticateWith(0)(token)).rejects.toEqual(unauthenticated);
  });

  test.each(['two', '../../etc/passwd', "' or 1=1 --", '__proto__', ''])(
    'whose kid %j names no published key',
    async (kid) => {
      await publish(await generateKeyPair('ES256', { extractable: true }), 'one');
      const stranger = await generateKeyPair('ES256');
      const token = await signWith(stranger, 'ES256', kid);
      await expect(authenticateWith(0)(token)).rejects.toEqual(unauthenticated);
    },
  );

  test('that a stranger signed in the name of a published key', async () => {
    await publish(await generateKeyPair('ES256', { extractable: true }), 'one');
    const token = await signWith(await generateKeyPair('ES256'), 'ES256', 'one');
    await expect(authenticateWith(0)(token)).rejects.toEqual(unauthenticated);
  });

  test('whose algorithm is not one of ours, though its key is published', async () => {
    const pair = await generateKeyPair('RS512', { extractable: true });
    await publish(pair, 'one');
    const token = await signWith(pair, 'RS512', 'one');
    await expect(authenticateWith(0)(token)).rejects.toEqual(unauthenticated);
  });
});

describe('rotation', () => {
  test('a new key is found when a token names it, and a removed one is refused', async () => {
    const [old, young] = [
      await generateKeyPair('ES256', { extractable: true }),
      await generateKeyPair('ES256', { extractable: true }),
    ];
    await publish(old, 'old');
    const authenticate = authenticateWith(0);
    expect(await authenticate(await signWith(old, 'ES256', 'old'))).not.toBeNull();
    keys = [];
    await publish(young, 'young');
    expect(await authenticate(await signWith(young, 'ES256', 'young'))).not.toBeNull();
    const gone = authenticate(await signWith(old, 'ES256', 'old'));
    await expect(gone).rejects.toEqual(unauthenticated);
  });

  test('a token is refused a minute after its key was taken out, and not by chance', async () => {
    const pairs = [
      await generateKeyPair('ES256', { extractable: true }),
      await generateKeyPair('ES256', { extractable: true }),
    ] as const;
    await publish(pairs[0], 'old');
    await publish(pairs[1], 'kept');
    vi.useFakeTimers({ toFake: ['performance'] });
    const authenticate = authenticateWith(600_000);
    const token = await signWith(pairs[0], 'ES256', 'old');
    const kept = await signWith(pairs[1], 'ES256', 'kept');
    await authenticate(token);
    keys = keys.slice(1);
    vi.advanceTimersByTime(20_000);
    // Neither is verified anew, nor are the keys fetched again: the set is believed for a while.
    expect(await authenticate(token)).toMatchObject({ id: 'ada' });
    expect(fetchCount).toBe(1);
    vi.advanceTimersByTime(40_000);
    await expect(authenticate(token)).rejects.toEqual(unauthenticated);
    expect(await authenticate(kept)).toMatchObject({ id: 'ada' });
    expect(fetchCount).toBe(2);
    vi.useRealTimers();
  });

  test('while the issuer is away its last keys are believed', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    await publish(pair, 'one');
    vi.useFakeTimers({ toFake: ['performance'] });
    const authenticate = authenticateWith(600_000);
    const token = await signWith(pair, 'ES256', 'one');
    await authenticate(token);
    status = 500;
    vi.advanceTimersByTime(60_000);
    expect(await authenticate(token)).toMatchObject({ id: 'ada' });
    expect(fetchCount).toBe(2);
    vi.useRealTimers();
  });

  test('forged kids do not make us fetch the keys again and again', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    await publish(pair, 'one');
    const authenticate = authenticateWith(60_000);
    await authenticate(await signWith(pair, 'ES256', 'one'));
    for (let index = 0; index < 20; index += 1) {
      const token = await signWith(pair, 'ES256', `forged ${index}`);
      await expect(authenticate(token)).rejects.toEqual(unauthenticated);
    }
    expect(fetchCount).toBe(1);
  });
});

test('of two keys without a name, the one that signed is found', async () => {
  const pairs = [
    await generateKeyPair('ES256', { extractable: true }),
    await generateKeyPair('ES256', { extractable: true }),
  ];
  for (const { publicKey } of pairs) keys.push({ ...(await exportJWK(publicKey)), use: 'sig' });
  const authenticate = authenticateWith(600_000);
  const signNameless = async ({ privateKey }: Pick<KeyPair, 'privateKey'>) =>
    `Bearer ${await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey)}`;
  for (const pair of pairs) {
    expect(await authenticate(await signNameless(pair))).toMatchObject({ id: 'ada' });
  }
  const stranger = await signNameless(await generateKeyPair('ES256'));
  await expect(authenticate(stranger)).rejects.toEqual(unauthenticated);
});

test.each(['PS256', 'ES384', 'RS512'])('%s is believed where a deployment says so', async (alg) => {
  const pair = await generateKeyPair(alg, { extractable: true });
  await publish(pair, 'one');
  const token = await signWith(pair, alg, 'one');
  await expect(authenticateWith(0)(token)).rejects.toEqual(unauthenticated);
  const wide = { type: 'key_set', url, algorithms: [alg] } as const;
  const authenticate = createAuthenticate({ keys: wide, issuer, audience });
  expect(await authenticate(token)).toMatchObject({ id: 'ada' });
});

test('keys that cannot be fetched are not the fault of the token', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  await publish(pair, 'one');
  status = 500;
  const authenticate = authenticateWith(0);
  await expect(authenticate(await signWith(pair, 'ES256', 'one'))).rejects.toMatchObject({
    code: 'keys_unavailable',
    retryAfterMs: 2_000,
  });
  status = 200;
  expect(await authenticate(await signWith(pair, 'ES256', 'one'))).toMatchObject({ id: 'ada' });
});
