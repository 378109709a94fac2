import { jwtVerify } from 'jose';
import { expect, test } from 'vitest';
import { tokenMint } from '../src/token.ts';

const secret = 'a secret of at least thirty-two characters';

test('a token says who, as what, for whom and until when, signed with the secret', async () => {
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'box-office' });
  const token = mint({ userId: 'ann', role: 'organizer', expiresInSeconds: 60 });
  const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
    algorithms: ['HS256'],
    issuer: 'holdfast',
    audience: 'box-office',
  });
  expect(payload).toMatchObject({ sub: 'ann', role: 'organizer' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
});

test('another secret does not accept it', async () => {
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
  const token = mint({ userId: 'ann', role: 'user', expiresInSeconds: 60 });
  const other = new TextEncoder().encode(secret.toUpperCase());
  await expect(jwtVerify(token, other)).rejects.toThrow('signature');
});
