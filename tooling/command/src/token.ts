import type { Role } from '@holdfast/process';
import { createSigner } from 'fast-jwt';

/** What signs the tokens of one deployment, and what the api checks besides the signature. */
export interface TokenIssuer {
  /** The api's AUTH_SECRET, at least 32 characters. */
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
}

/** Whose token it is, what it may do, and for how long. */
export interface Claims {
  readonly userId: string;
  readonly role: Role;
  readonly expiresInSeconds: number;
}

/**
 * Mints bearer tokens (JWT, HS256) that an api with the same secret accepts.
 *
 * @example
 * const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
 * mint({ userId: 'ann', role: 'user', expiresInSeconds: 3_600 }); // 'eyJhbGciOi…'
 */
export function tokenMint({ secret, issuer, audience }: TokenIssuer): (claims: Claims) => string {
  const sign = createSigner({ key: secret, algorithm: 'HS256', iss: issuer, aud: audience });
  return ({ userId, role, expiresInSeconds }) => {
    const iat = Math.floor(Date.now() / 1_000);
    return sign({ sub: userId, role, iat, exp: iat + expiresInSeconds });
  };
}
