import { createVerifier, TokenError } from 'fast-jwt';
import { AuthFault } from './faults.ts';
import { type KeySetOptions, verifyByKeySet } from './key-set.ts';
import { flawIn, type TokenFlaw } from './token-flaw.ts';

/** How tokens are checked: with a secret that the issuer shares, or with the keys that it publishes. */
export type TokenKeys =
  | {
      readonly type: 'secret';
      readonly secret: string;
      /** The secret before this one: tokens that it signed are still believed. */
      readonly previous?: string;
    }
  | ({ readonly type: 'key_set' } & KeySetOptions);

/** What a token must say. */
export interface TokenChecks {
  readonly issuer: string;
  /** `null`: whatever it was made for. */
  readonly audience: string | null;
}

/** What a valid token says: a promise only where the issuer's keys have to be looked at. */
export type Verify = (token: string) => unknown;

/** Issuer and bearer may disagree about the time by so much. */
export const clockToleranceSeconds = 5;

/** What a caller is told to wait when the issuer's keys cannot be had. */
const keySetRetryAfterMs = 2_000;

const requiredClaims = ['sub', 'iss', 'exp'];

/**
 * Verifies tokens. The algorithm follows from the settings and never from the token, so a token cannot
 * choose `none`, nor pass a public key off as a secret; keys or key addresses inside a token's header are
 * not looked at.
 *
 * Faults: `unauthenticated` for a token that is not valid now, after `onRefused`; `keys_unavailable`.
 *
 * @example createVerify({ type: 'secret', secret }, { issuer, audience }, onRefused)(token)
 */
export function createVerify(
  keys: TokenKeys,
  checks: TokenChecks,
  onRefused: (flaw: TokenFlaw) => void,
): Verify {
  const faultOf = (cause: unknown): AuthFault => {
    const flaw = flawIn(cause);
    if (flaw === null) {
      return new AuthFault('keys_unavailable', { retryAfterMs: keySetRetryAfterMs, cause });
    }
    onRefused(flaw);
    return new AuthFault('unauthenticated', { cause });
  };
  if (keys.type === 'key_set') {
    const verify = verifyByKeySet(keys, {
      issuer: checks.issuer,
      ...(checks.audience === null ? {} : { audience: checks.audience }),
      requiredClaims: required(checks),
      clockTolerance: clockToleranceSeconds,
    });
    return async (token) => {
      try {
        return await verify(token);
      } catch (cause) {
        throw faultOf(cause);
      }
    };
  }
  const verify = verifyBySecrets(keys, checks);
  return (token) => {
    try {
      return verify(token);
    } catch (cause) {
      throw cause instanceof TokenError ? faultOf(cause) : cause;
    }
  };
}

function required({ audience }: TokenChecks): string[] {
  return audience === null ? requiredClaims : [...requiredClaims, 'aud'];
}

/**
 * At once, in 10 µs. A crowd comes with tokens that were never seen, and jose, which asks the thread
 * pool about each, takes 36 to 120 µs of a core for one.
 */
function verifyBySecrets(
  { secret, previous }: Extract<TokenKeys, { type: 'secret' }>,
  checks: TokenChecks,
): Verify {
  const verifyNow = verifyBySecret(secret, checks);
  if (previous === undefined) return verifyNow;
  const verifyBefore = verifyBySecret(previous, checks);
  return (token) => {
    try {
      return verifyNow(token);
    } catch (error) {
      if (flawIn(error) !== 'signature') throw error;
      return verifyBefore(token);
    }
  };
}

function verifyBySecret(secret: string, checks: TokenChecks): Verify {
  const { issuer, audience } = checks;
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    ...(audience === null ? {} : { allowedAud: audience }),
    requiredClaims: required(checks),
    clockTolerance: clockToleranceSeconds * 1_000,
  });
  return (token) => verify(token) as unknown;
}
