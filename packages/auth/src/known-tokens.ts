import { LRUCache } from 'lru-cache';
import type { User } from './user.ts';

/** So many tokens are kept; the one that was not used for the longest time goes first. */
const tokenCountMax = 50_000;

/** What is longer is verified each time: what is kept shall not take more than some 50 MB. */
const tokenLengthMax = 1_024;

/** What a verified token says, and when it was verified. */
export interface VerifiedToken {
  readonly user: User;
  /** Seconds since 1970, as the token has them. */
  readonly expiresAtSeconds: number;
  /** `null`: valid from ever. */
  readonly validFromSeconds: number | null;
}

interface KnownToken extends VerifiedToken {
  readonly authorization: string;
  readonly verifiedAtMs: number;
}

/** Tokens that were valid when they were last looked at. */
export interface KnownTokens {
  /** Its user, where exactly this header was verified and is still valid; else `null`. */
  userOf(authorization: string): User | null;
  remember(authorization: string, verified: VerifiedToken): void;
}

interface KnownTokensOptions {
  readonly clockToleranceSeconds: number;
  /** How long a signature is believed without looking at its key again. `null`: keys do not change. */
  readonly ageMsMax: number | null;
}

/**
 * Remembers whose token a header carries, so that a signature is verified once. Only what was valid is
 * ever remembered, by its signature, and a hit is a header that is the same from end to end: another
 * payload under a known signature is a token like any unknown one. Times are looked at in every use.
 *
 * @example
 * const known = createKnownTokens({ clockToleranceSeconds: 5, ageMsMax: null });
 * known.remember('Bearer eyJ…', verified);
 * known.userOf('Bearer eyJ…'); // { id: 'ada', role: 'user' }
 */
export function createKnownTokens(options: KnownTokensOptions): KnownTokens {
  const bySignature = new LRUCache<string, KnownToken>({ max: tokenCountMax });
  return {
    userOf(authorization) {
      const known = bySignature.get(signatureOf(authorization));
      if (known?.authorization !== authorization) return null;
      return isValid(known, options) ? known.user : null;
    },
    remember(authorization, verified) {
      if (authorization.length > tokenLengthMax) return;
      const known = { ...verified, authorization, verifiedAtMs: performance.now() };
      bySignature.set(signatureOf(authorization), known);
    },
  };
}

function signatureOf(authorization: string): string {
  return authorization.slice(authorization.lastIndexOf('.') + 1);
}

/** By the same rule by which it was verified. */
function isValid(known: KnownToken, { clockToleranceSeconds, ageMsMax }: KnownTokensOptions) {
  const nowSeconds = Math.floor(Date.now() / 1_000);
  if (known.expiresAtSeconds <= nowSeconds - clockToleranceSeconds) return false;
  if ((known.validFromSeconds ?? 0) > nowSeconds + clockToleranceSeconds) return false;
  return ageMsMax === null || performance.now() - known.verifiedAtMs < ageMsMax;
}
