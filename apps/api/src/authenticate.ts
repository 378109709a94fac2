import { createVerifier, TokenError } from 'fast-jwt';
import { createRemoteJWKSet, errors, type JWTVerifyResult, jwtVerify } from 'jose';
import { z } from 'zod';
import { Fault } from './http/faults.ts';
import { createKnownTokens } from './known-tokens.ts';
import { type User, userClaims } from './user.ts';

/** Issuer and bearer may disagree about the time by so much. */
const clockToleranceSeconds = 5;

/** What a caller waits for the issuer's key set, and then is told to wait. */
const keySetTimeoutMs = 2_000;
const keySetRetryAfterMs = 2_000;

/** A token signed by a key that is not in the set fetches the set again, but not more often than this. */
const keySetCooldownMs = 30_000;

/** How tokens are checked: with a secret that the issuer shares, or with the keys that it publishes. */
export type TokenKeys =
  | { readonly type: 'secret'; readonly secret: string }
  | { readonly type: 'key_set'; readonly url: URL; readonly cooldownMs?: number };

interface AuthenticateOptions {
  readonly keys: TokenKeys;
  readonly issuer: string;
  readonly audience: string;
}

/** How long a token is believed whose key the issuer may have taken back meanwhile. */
const keySetTrustMs = 60_000;

/**
 * Who sends this Authorization header? `null` when there is none. A promise only where the issuer's
 * keys have to be looked at.
 *
 * Faults: `unauthenticated` for any token that is not valid now; `keys_unavailable` when the
 * issuer's key set cannot be fetched.
 */
export type Authenticate = (authorization: string | undefined) => User | null | Promise<User>;

/**
 * Checks bearer tokens. The algorithm follows from the kind of key and never from the token, so a
 * token cannot choose `none`, nor pass a public key off as a secret; keys or key addresses inside
 * a token's header are not looked at. A token that was valid is not verified again until it may have
 * become invalid: known-tokens.ts.
 *
 * @example
 * const authenticate = createAuthenticate({ keys: { type: 'secret', secret }, issuer, audience });
 * await authenticate('Bearer eyJ…'); // { id: 'ada', role: 'user' }
 */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const verify = createVerify(options);
  const ageMsMax = options.keys.type === 'key_set' ? keySetTrustMs : null;
  const known = createKnownTokens({ clockToleranceSeconds, ageMsMax });

  function userIn(authorization: string, payload: unknown): User {
    const claims = tokenClaims.safeParse(payload);
    if (!claims.success) throw new Fault('unauthenticated', { cause: claims.error });
    const { sub: id, role, exp: expiresAtSeconds, nbf: validFromSeconds = null } = claims.data;
    const user = { id, role };
    known.remember(authorization, { user, expiresAtSeconds, validFromSeconds });
    return user;
  }

  return (authorization) => {
    if (authorization === undefined) return null;
    const user = known.userOf(authorization);
    if (user !== null) return user;
    const payload = verify(tokenIn(authorization));
    return payload instanceof Promise
      ? payload.then((verified) => userIn(authorization, verified))
      : userIn(authorization, payload);
  };
}

/** Whether it is valid now has been checked by then. */
const tokenClaims = userClaims.extend({ exp: z.number(), nbf: z.number().optional() });

function tokenIn(authorization: string): string {
  const [scheme, token, ...rest] = authorization.split(' ');
  const isBearer = scheme?.toLowerCase() === 'bearer' && token !== undefined && rest.length === 0;
  if (!isBearer) throw new Fault('unauthenticated');
  return token;
}

/** What a valid token says. */
type Verify = (token: string) => unknown;

const requiredClaims = ['sub', 'role', 'aud', 'iss', 'exp'];

function createVerify({ keys, issuer, audience }: AuthenticateOptions): Verify {
  return keys.type === 'secret'
    ? verifyBySecret(keys.secret, { issuer, audience })
    : verifyByKeySet(keys, { issuer, audience });
}

type Claimed = Pick<AuthenticateOptions, 'issuer' | 'audience'>;

/**
 * At once, in 10 µs. A crowd comes with tokens that were never seen, and jose, which asks the thread
 * pool about each, takes 36 to 120 µs of a core for one.
 */
function verifyBySecret(secret: string, { issuer, audience }: Claimed): Verify {
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims,
    clockTolerance: clockToleranceSeconds * 1_000,
  });
  return (token) => {
    try {
      return verify(token) as unknown;
    } catch (cause) {
      throw cause instanceof TokenError ? new Fault('unauthenticated', { cause }) : cause;
    }
  };
}

function verifyByKeySet(
  { url, cooldownMs = keySetCooldownMs }: Extract<TokenKeys, { type: 'key_set' }>,
  { issuer, audience }: Claimed,
): Verify {
  const keySet = createRemoteJWKSet(url, {
    timeoutDuration: keySetTimeoutMs,
    cooldownDuration: cooldownMs,
  });
  const options = {
    algorithms: ['RS256', 'ES256', 'EdDSA'],
    issuer,
    audience,
    requiredClaims,
    clockTolerance: clockToleranceSeconds,
  };
  return async (token) => await payloadOf(jwtVerify(token, keySet, options));
}

/** jose's classes of a token that is at fault. Anything else is the key set's fault. */
const tokenErrors = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

async function payloadOf(verified: Promise<JWTVerifyResult>): Promise<unknown> {
  try {
    return (await verified).payload;
  } catch (cause) {
    const isTokenError = tokenErrors.some((type) => cause instanceof type);
    if (isTokenError) throw new Fault('unauthenticated', { cause });
    throw new Fault('keys_unavailable', { retryAfterMs: keySetRetryAfterMs, cause });
  }
}
