import { createHmac } from 'node:crypto';
import { exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAuthenticate } from '../src/authenticate.ts';
import { audience, claimsOf, forge, issuer, secret, sign } from '../src/testing.ts';

const authenticate = createAuthenticate({ keys: { type: 'secret', secret }, issuer, audience });
const now = Math.floor(Date.now() / 1_000);
const valid = claimsOf('ada', 'user');
const unauthenticated = expect.objectContaining({ code: 'unauthenticated' });

const ask = async (header: string) => await authenticate(header);
const bearer = async (token: string | Promise<string>) => await ask(`Bearer ${await token}`);

const without = (claim: string): JWTPayload =>
  Object.fromEntries(Object.entries(valid).filter(([name]) => name !== claim));

test('a valid token names its user and role', async () => {
  expect(await bearer(sign(valid))).toEqual({ id: 'ada', role: 'user' });
  expect(await bearer(sign(claimsOf('grace', 'admin')))).toEqual({ id: 'grace', role: 'admin' });
});

test('without a header nobody calls; the scheme may be written in any case', async () => {
  expect(await authenticate(undefined)).toBeNull();
  expect(await authenticate(`bearer ${await sign(valid)}`)).toEqual({ id: 'ada', role: 'user' });
});

test('other claims are none of our business', async () => {
  expect(await bearer(sign({ ...valid, email: 'ada@example.org' }))).toMatchObject({ id: 'ada' });
});

describe('a header that is not one bearer token is refused', () => {
  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer a b',
    'Bearer not-a-token',
    'Bearer ..',
  ])('%j', async (header) => {
    await expect(ask(header)).rejects.toEqual(unauthenticated);
  });
});

describe('a token is refused', () => {
  const refusals: [string, JWTPayload][] = [
    ['of another audience', { ...valid, aud: 'another-shop' }],
    ['of another issuer', { ...valid, iss: 'https://evil.example' }],
    ['that has expired', { ...valid, exp: now - 60 }],
    ['that is not valid yet', { ...valid, nbf: now + 60 }],
    ['without a role', without('role')],
    ['with an unknown role', { ...valid, role: 'root' }],
    ['with roles that mean nothing here', { ...valid, role: ['root', 7] }],
    ['without an expiry', without('exp')],
    ['without an audience', without('aud')],
    ['without an issuer', without('iss')],
    ['without a subject', without('sub')],
    ['with an empty subject', { ...valid, sub: '' }],
    ['with a subject that no row can keep', { ...valid, sub: 'ada\u0000' }],
    ['with a subject that looks like another', { ...valid, sub: 'ada\u200b' }],
    ['with a subject longer than any name', { ...valid, sub: 'a'.repeat(201) }],
  ];

  test.each(refusals)('%s', async (_, claims) => {
    await expect(bearer(sign(claims))).rejects.toEqual(unauthenticated);
  });

  test('that nobody signed (alg none)', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
      await expect(bearer(forge({ alg, typ: 'JWT' }, valid))).rejects.toEqual(unauthenticated);
    }
  });

  test('whose claims were changed after signing', async () => {
    const [header, , signature] = (await sign(valid)).split('.');
    const claims = Buffer.from(JSON.stringify({ ...valid, role: 'admin' })).toString('base64url');
    await expect(bearer(`${header}.${claims}.${signature}`)).rejects.toEqual(unauthenticated);
  });

  test('that is signed with another secret, or with another algorithm of the same secret', async () => {
    const other = new TextEncoder().encode('another secret, as long as the one of the tests');
    const key = new TextEncoder().encode(secret.padEnd(64, '!'));
    const foreign = new SignJWT(valid).setProtectedHeader({ alg: 'HS256' }).sign(other);
    await expect(bearer(foreign)).rejects.toEqual(unauthenticated);
    const strong = createAuthenticate({
      keys: { type: 'secret', secret: secret.padEnd(64, '!') },
      issuer,
      audience,
    });
    const token = await new SignJWT(valid).setProtectedHeader({ alg: 'HS512' }).sign(key);
    expect(() => strong(`Bearer ${token}`)).toThrow(unauthenticated);
  });

  test('that brings its own key (jwk, jku, x5u, kid)', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const header = { alg: 'ES256', jku: 'https://evil.example/keys', kid: '../../dev/null' };
    const token = new SignJWT(valid).setProtectedHeader(header).sign(privateKey);
    await expect(bearer(token)).rejects.toEqual(unauthenticated);
    const pem = await exportSPKI(publicKey);
    const signed = forge({ alg: 'HS256', kid: pem }, valid).slice(0, -1);
    const signature = createHmac('sha256', pem).update(signed).digest('base64url');
    await expect(bearer(`${signed}.${signature}`)).rejects.toEqual(unauthenticated);
  });

  test('that marks an extension as critical', async () => {
    const token = await sign(valid);
    const header = { alg: 'HS256', crit: ['exp'], exp: 0 };
    await expect(bearer(forge(header, valid, token.split('.')[2]))).rejects.toEqual(
      unauthenticated,
    );
  });
});

test('clocks may differ by a few seconds', async () => {
  expect(await bearer(sign({ ...valid, nbf: now + 2 }))).toMatchObject({ id: 'ada' });
});

describe('a token that was verified', () => {
  afterEach(() => vi.useRealTimers());

  const atSeconds = (seconds: number) => {
    vi.useFakeTimers({ toFake: ['Date'], now: seconds * 1_000 });
  };

  test('is known, and not verified again', async () => {
    const header = `Bearer ${await sign(valid)}`;
    expect(authenticate(header)).toEqual({ id: 'ada', role: 'user' });
    expect(authenticate(header)).toBe(authenticate(header));
  });

  test('gives nobody else its signature', async () => {
    const token = await sign(valid);
    await bearer(token);
    const [header, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ ...valid, role: 'admin' })).toString('base64url');
    const forged = [`${header}.${claims}.${signature}`, `x.${token}`, `.${signature}`, signature];
    for (const each of forged) await expect(bearer(`${each}`)).rejects.toEqual(unauthenticated);
    expect(authenticate(`Bearer ${token}`)).toEqual({ id: 'ada', role: 'user' });
  });

  test('is refused when it has expired, five seconds of tolerance later', async () => {
    const token = await sign({ ...valid, exp: now + 60 });
    await bearer(token);
    atSeconds(now + 64);
    expect(authenticate(`Bearer ${token}`)).toMatchObject({ id: 'ada' });
    atSeconds(now + 66);
    await expect(bearer(token)).rejects.toEqual(unauthenticated);
  });

  test('is refused when the clock is set back to before it was valid', async () => {
    const token = await sign({ ...valid, nbf: now + 60 });
    atSeconds(now + 60);
    await bearer(token);
    expect(authenticate(`Bearer ${token}`)).toMatchObject({ id: 'ada' });
    atSeconds(now + 54);
    await expect(bearer(token)).rejects.toEqual(unauthenticated);
  });

  test('negative control: one that was refused is looked at anew', async () => {
    const token = await sign({ ...valid, nbf: now + 60 });
    await expect(bearer(token)).rejects.toEqual(unauthenticated);
    atSeconds(now + 60);
    expect(await bearer(token)).toMatchObject({ id: 'ada' });
  });
});
