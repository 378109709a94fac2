import {
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';

/** Where the issuer publishes its keys, and how it signs. Times in milliseconds. */
export interface KeySetOptions {
  readonly url: URL;
  /** The only algorithms that are believed, whatever a token says. */
  readonly algorithms: readonly string[];
  /** A token signed by a key that is not in the set fetches the set again, but not more often than this. */
  readonly cooldownMs?: number;
}

/** What a caller waits for the issuer's key set. */
const timeoutMs = 2_000;

const cooldownMsDefault = 30_000;

/**
 * A set that is older is fetched again before it is used, so that a key that was taken out is soon
 * refused. Together with `keySetTrustMs` of known tokens and one timeout that is less than a minute.
 */
const keySetFreshMs = 25_000;

/** While the issuer does not answer, the keys that it published last are believed for so long. */
const awayMsMax = 600_000;

/** So many keys may fit one token that names none. */
const candidateCountMax = 10;

/** What is checked of a token beside its signature. */
export type KeySetChecks = Omit<JWTVerifyOptions, 'algorithms'>;

/**
 * Verifies tokens by the keys that an issuer publishes. Throws jose's errors: of a token at fault,
 * or of a key set that cannot be had.
 *
 * @example
 * const verify = verifyByKeySet({ url, algorithms: ['RS256'] }, { issuer, audience });
 * const claims = await verify(token);
 */
export function verifyByKeySet(
  options: KeySetOptions,
  checks: KeySetChecks,
): (token: string) => Promise<JWTPayload> {
  const { url, algorithms, cooldownMs = cooldownMsDefault } = options;
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: awayMsMax,
  });
  const allChecks = { ...checks, algorithms: [...algorithms] };
  let lookedAtMs = -Infinity;

  async function lookAgainWhenDue(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - lookedAtMs < keySetFreshMs) return;
    lookedAtMs = nowMs;
    try {
      await keys.reload();
    } catch (error) {
      if (!keys.fresh) throw error;
    }
  }

  /** Is asked for the key only once the token's algorithm has been found to be allowed. */
  const keyOf: JWTVerifyGetKey = async (header, signed) => {
    await lookAgainWhenDue();
    return await keys(header, signed);
  };

  return async (token) => {
    try {
      return (await jwtVerify(token, keyOf, allChecks)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      return await verifyByAny(token, error, allChecks);
    }
  };
}

/** A token that names no key is tried with each that could have signed it. */
async function verifyByAny(
  token: string,
  candidates: errors.JWKSMultipleMatchingKeys,
  checks: JWTVerifyOptions,
): Promise<JWTPayload> {
  let triedCount = 0;
  let failure: unknown = candidates;
  for await (const key of candidates) {
    triedCount += 1;
    if (triedCount > candidateCountMax) break;
    try {
      return (await jwtVerify(token, key, checks)).payload;
    } catch (error) {
      failure = error;
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw failure;
}
