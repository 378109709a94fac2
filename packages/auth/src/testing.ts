import { type JWTPayload, SignJWT } from 'jose';
import type { Role } from '@holdfast/process';

export const secret = 'a secret of the tests, long enough to sign with';
export const issuer = 'holdfast';
export const audience = 'holdfast';

/** Claims of a token that is valid for an hour. */
export function claimsOf(sub: string, role: string): JWTPayload {
  const now = Math.floor(Date.now() / 1_000);
  return { sub, role, iss: issuer, aud: audience, iat: now, exp: now + 3_600 };
}

/** A token that says exactly this, signed with the tests' secret. */
export async function sign(claims: JWTPayload): Promise<string> {
  const key = new TextEncoder().encode(secret);
  return await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);
}

/** A valid token of this user. */
export async function tokenOf(sub: string, role: Role): Promise<string> {
  return await sign(claimsOf(sub, role));
}

/** A token put together by hand, with whatever stands for its signature. */
export function forge(header: object, claims: object, signature = ''): string {
  const parts = [header, claims].map((part) => Buffer.from(JSON.stringify(part)));
  return [...parts.map((part) => part.toString('base64url')), signature].join('.');
}
