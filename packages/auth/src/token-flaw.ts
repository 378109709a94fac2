import { TokenError } from 'fast-jwt';
import { errors } from 'jose';
import { z } from 'zod';

/**
 * What is wrong with a token: the name of a claim (`exp`, `aud`, `role`, …), or `form`, `algorithm`,
 * `key` or `signature`. Safe to log: nothing of the token is in it.
 */
export type TokenFlaw = string;

/** fast-jwt's codes. Those that are about a claim have its name in the message. */
const flawsByCode: Readonly<Record<string, TokenFlaw>> = {
  FAST_JWT_EXPIRED: 'exp',
  FAST_JWT_INACTIVE: 'nbf',
  FAST_JWT_INVALID_ALGORITHM: 'algorithm',
  FAST_JWT_INVALID_KEY: 'algorithm',
  FAST_JWT_INVALID_SIGNATURE: 'signature',
  FAST_JWT_MISSING_SIGNATURE: 'signature',
};

const flawsByType = [
  [errors.JOSEAlgNotAllowed, 'algorithm'],
  [errors.JOSENotSupported, 'algorithm'],
  [errors.JWKSNoMatchingKey, 'key'],
  [errors.JWKSMultipleMatchingKeys, 'key'],
  [errors.JWSSignatureVerificationFailed, 'signature'],
  [errors.JWSInvalid, 'form'],
  [errors.JWTInvalid, 'form'],
] as const;

const claimNames = ['sub', 'role', 'aud', 'iss', 'exp', 'nbf', 'iat'];

/**
 * What an error says is wrong with a token; `null` where it is about something else, such as a key
 * set that cannot be fetched.
 *
 * @example flawIn(error) // 'aud'
 */
export function flawIn(error: unknown): TokenFlaw | null {
  if (error instanceof TokenError) return flawsByCode[error.code] ?? claimNamedIn(error.message);
  if (error instanceof errors.JWTExpired) return 'exp';
  if (error instanceof errors.JWTClaimValidationFailed) return error.claim;
  if (error instanceof z.ZodError) return String(error.issues[0]?.path[0] ?? 'form');
  return flawsByType.find(([type]) => error instanceof type)?.[1] ?? null;
}

/** `The aud claim is not allowed.`, `The aud claim is required.` */
function claimNamedIn(message: string): TokenFlaw {
  const [, name] = /^The (\w+) claim/.exec(message) ?? [];
  return name !== undefined && claimNames.includes(name) ? name : 'form';
}
