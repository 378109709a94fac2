import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';

/** Somebody who books, and the token that says so. */
export interface User {
  readonly id: string;
  readonly token: string;
}

/** What the servers take for an issuer and an audience unless told otherwise. */
const issuer = 'holdfast';
const audience = 'holdfast';

/** Tokens live longer than any bench. */
const tokenLifeSeconds = 4 * 3_600;

/** Signatures under way at once: jose signs on the thread pool, four threads wide. */
const signBatchSize = 500;

/**
 * So many users with a signed token each, made once: every server and every run gets the same, so
 * authentication costs the same everywhere.
 *
 * @example const users = await makeUsers(30_000, secret)
 */
export async function makeUsers(count: number, secret: string): Promise<readonly User[]> {
  const key = createSecretKey(secret, 'utf8');
  const issuedAt = Math.floor(Date.now() / 1_000);
  const sign = async (index: number): Promise<User> => {
    const id = `user-${index}`;
    const token = await new SignJWT({ role: 'user' })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(id)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + tokenLifeSeconds)
      .sign(key);
    return { id, token };
  };
  const users: User[] = [];
  while (users.length < count) {
    const size = Math.min(signBatchSize, count - users.length);
    const first = users.length;
    users.push(...(await Promise.all(Array.from({ length: size }, (_, i) => sign(first + i)))));
  }
  return users;
}
