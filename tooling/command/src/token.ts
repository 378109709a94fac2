import { createSecretKey } from 'node:crypto';
import type { Role } from '@holdfast/process';
import { SignJWT } from 'jose';

/** What signs the tokens of one deployment, and what the api checks besides the signature. */
export interface TokenIssuer {
  /** The api's AUTH_SECRET, at least 32 characters. */
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
}

export interface TokenClaims {
  readonly userId: string;
  readonly role: Role;
  readonly expiresInSeconds: number;
}

/** The shortest AUTH_SECRET that the api accepts, in characters. */
export const secretLengthMin = 32;

/**
 * Mints bearer tokens (JWT, HS256) that an api with the same secret accepts. The key is prepared
 * once, so that a thousand users cost a thousand signatures and nothing else.
 *
 * @example
 * const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
 * await mint({ userId: 'ann', role: 'user', expiresInSeconds: 3_600 }); // 'eyJhbGciOi…'
 */
export function tokenMint(from: TokenIssuer): (claims: TokenClaims) => Promise<string> {
  const key = createSecretKey(from.secret, 'utf8');
  return ({ userId, role, expiresInSeconds }) => {
    const issuedAt = Math.floor(Date.now() / 1_000);
    return new SignJWT({ role })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(from.issuer)
      .setAudience(from.audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + expiresInSeconds)
      .sign(key);
  };
}
