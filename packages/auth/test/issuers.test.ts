import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { createAuthenticate } from '../src/authenticate.ts';
import { tellRefusedTokens } from '../src/tell-refused-tokens.ts';
import type { TokenFlaw } from '../src/token-flaw.ts';
import { type RoleRule, roleIn } from '../src/token-role.ts';
import { audience, claimsOf, issuer, secret, sign } from '../src/testing.ts';

const keys = { type: 'secret', secret } as const;
const words: RoleRule['words'] = new Map([
  ['staff', 'organizer'],
  ['ops', 'admin'],
]);
const { role: _, ...buyer } = claimsOf('ada', 'user');

// In the form in which each issuer writes its tokens, by its documentation.
const forms: readonly (readonly [string, string, object])[] = [
  ['Keycloak', 'realm_access.roles', { realm_access: { roles: ['offline_access', 'staff'] } }],
  ['Auth0', 'https://shop.example/roles', { 'https://shop.example/roles': ['staff'] }],
  ['Microsoft Entra ID', 'roles', { roles: ['staff'], ver: '2.0' }],
  ['Amazon Cognito', 'cognito:groups', { 'cognito:groups': ['staff'], token_use: 'access' }],
  ['Okta', 'groups', { groups: ['Everyone', 'staff'] }],
  ['Google', 'scope', { scope: 'openid email staff' }],
];

test.each(forms)('%s: the role is found at %s', (_issuer, claim, claims) => {
  const rule: RoleRule = { claim, words, fallback: 'user' };
  expect(roleIn({ ...buyer, ...claims }, rule)).toBe('organizer');
  expect(roleIn(buyer, rule)).toBe('user');
});

test('of several words the highest counts; words that mean nothing here give nothing', () => {
  const rule: RoleRule = { claim: 'roles', words, fallback: null };
  expect(roleIn({ roles: ['ops', 'staff'] }, rule)).toBe('admin');
  expect(roleIn({ roles: ['admin', 'root'] }, rule)).toBeNull();
  expect(roleIn({ roles: { admin: true } }, rule)).toBeNull();
  expect(roleIn({}, { ...rule, claim: '__proto__' })).toBeNull();
  expect(roleIn({}, { ...rule, claim: 'constructor.name' })).toBeNull();
});

test('an ordinary buyer has no role: the default is theirs, where there is one', async () => {
  const header = `Bearer ${await sign(buyer)}`;
  const withDefault: RoleRule = { claim: 'role', words: null, fallback: 'user' };
  const open = createAuthenticate({ keys, issuer, audience, role: withDefault });
  expect(open(header)).toEqual({ id: 'ada', role: 'user' });
  const closed = createAuthenticate({ keys, issuer, audience });
  expect(() => closed(header)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
});

test('a token without an audience is believed where a setting says that any will do', async () => {
  const { aud: _aud, ...without } = claimsOf('ada', 'user');
  const header = `Bearer ${await sign(without)}`;
  expect(createAuthenticate({ keys, issuer, audience: null })(header)).toMatchObject({ id: 'ada' });
  const strict = createAuthenticate({ keys, issuer, audience });
  expect(() => strict(header)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
});

test('the secret before this one is still believed, and no other', async () => {
  const [young, other] = ['y'.repeat(40), 'o'.repeat(40)];
  const authenticate = createAuthenticate({
    keys: { type: 'secret', secret: young, previous: secret },
    issuer,
    audience,
  });
  const signedWith = async (key: string) =>
    `Bearer ${await new SignJWT(claimsOf('ada', 'user'))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(key))}`;
  expect(authenticate(await signedWith(young))).toMatchObject({ id: 'ada' });
  expect(authenticate(await signedWith(secret))).toMatchObject({ id: 'ada' });
  const foreign = await signedWith(other);
  expect(() => authenticate(foreign)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
  const rotated = createAuthenticate({ keys: { type: 'secret', secret: young }, issuer, audience });
  const old = await signedWith(secret);
  expect(() => rotated(old)).toThrow(expect.objectContaining({ code: 'unauthenticated' }));
});

test('what was wrong with a token is named, and nothing of the token', async () => {
  const flaws: TokenFlaw[] = [];
  const onRefused = (flaw: TokenFlaw) => void flaws.push(flaw);
  const authenticate = createAuthenticate({ keys, issuer, audience, onRefused });
  const valid = claimsOf('ada', 'user');
  const wrongs = [
    { ...valid, aud: 'another' },
    { ...valid, iss: 'another' },
    { ...valid, exp: 1 },
    { ...valid, nbf: 9_999_999_999 },
    { ...valid, role: 'root' },
    { ...valid, sub: '' },
  ];
  for (const claims of wrongs) {
    const header = `Bearer ${await sign(claims)}`;
    expect(() => authenticate(header)).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
  }
  const noToken = expect.objectContaining({ code: 'unauthenticated' });
  expect(() => authenticate('Bearer a.b.c')).toThrow(noToken);
  expect(flaws).toEqual(['aud', 'iss', 'exp', 'nbf', 'role', 'sub', 'form']);
});

test('the log says it at once, and then at most once a minute, with all that came since', () => {
  const lines: unknown[] = [];
  let nowMs = 0;
  const logger = { info: (fields: unknown, text: string) => lines.push([fields, text]) };
  const tell = tellRefusedTokens(logger, () => nowMs);
  tell('aud');
  for (let count = 0; count < 1_000; count += 1) tell('exp');
  expect(lines).toEqual([
    [{ flaws: { aud: 1 } }, 'tokens are refused: their aud claim is not AUTH_AUDIENCE'],
  ]);
  nowMs = 60_000;
  tell('role');
  expect(lines).toHaveLength(2);
  expect(lines[1]).toEqual([{ flaws: { exp: 1_000, role: 1 } }, expect.stringContaining('ROLE')]);
});
