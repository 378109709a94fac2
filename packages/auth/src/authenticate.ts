import { userId } from '@holdfast/process';
import { z } from 'zod';
import { AuthFault } from './faults.ts';
import { createKnownTokens } from './known-tokens.ts';
import { flawIn, type TokenFlaw } from './token-flaw.ts';
import { plainRoleRule, type RoleRule, roleIn } from './token-role.ts';
import type { User } from './user.ts';
import {
  clockToleranceSeconds,
  createVerify,
  type TokenChecks,
  type TokenKeys,
} from './verify-token.ts';

interface AuthenticateOptions extends TokenChecks {
  readonly keys: TokenKeys;
  readonly role?: RoleRule;
  /** Is told what was wrong with each token that is refused. */
  readonly onRefused?: (flaw: TokenFlaw) => void;
}

/** How long a token is believed whose key the issuer may have taken back meanwhile. */
const keySetTrustMs = 30_000;

/**
 * Who sends this Authorization header? `null` when there is none. A promise only where the issuer's
 * keys have to be looked at.
 *
 * Faults: `unauthenticated` for any token that is not valid now; `keys_unavailable` when the
 * issuer's key set cannot be fetched.
 */
export type Authenticate = (authorization: string | undefined) => User | null | Promise<User>;

/**
 * Checks bearer tokens: verify-token.ts says how. A token that was valid is not verified again until it
 * may have become invalid: known-tokens.ts.
 *
 * @example
 * const keys = { type: 'secret', secret } as const;
 * const authenticate = createAuthenticate({ keys, issuer: 'holdfast', audience: 'holdfast' });
 * await authenticate('Bearer eyJ…'); // { id: 'ada', role: 'user' }
 */
export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { keys, role = plainRoleRule, onRefused = () => {} } = options;
  const verify = createVerify(keys, options, onRefused);
  const ageMsMax = keys.type === 'key_set' ? keySetTrustMs : null;
  const known = createKnownTokens({ clockToleranceSeconds, ageMsMax });
  const readClaims = claimsReader(role);

  function userIn(authorization: string, payload: unknown): User {
    const claims = readClaims.safeParse(payload);
    if (!claims.success) {
      onRefused(flawIn(claims.error) ?? 'form');
      throw new AuthFault('unauthenticated', { cause: claims.error });
    }
    const { user, expiresAtSeconds, validFromSeconds } = claims.data;
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

/** Whether the token is valid now has been checked by then. Other claims are not ours to judge. */
function claimsReader(rule: RoleRule) {
  return z
    .looseObject({ sub: userId, exp: z.number(), nbf: z.number().optional() })
    .transform((claims, context) => {
      const role = roleIn(claims, rule);
      if (role === null) {
        context.issues.push({ code: 'custom', path: ['role'], input: undefined });
        return z.NEVER;
      }
      const { sub: id, exp: expiresAtSeconds, nbf: validFromSeconds = null } = claims;
      return { user: { id, role }, expiresAtSeconds, validFromSeconds };
    });
}

function tokenIn(authorization: string): string {
  const [scheme, token, ...rest] = authorization.split(' ');
  const isBearer = scheme?.toLowerCase() === 'bearer' && token !== undefined && rest.length === 0;
  if (!isBearer) throw new AuthFault('unauthenticated');
  return token;
}
