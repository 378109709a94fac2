import { createHash, timingSafeEqual } from 'node:crypto';

/** Does this `Authorization` header carry the token? */
export type IsAdmin = (authorization: string | undefined) => boolean;

/**
 * The check of the admin token, as a bearer token or, for browsers, as the password of any user.
 * It takes the same time however much of a guess is right.
 *
 * @example createIsAdmin(token)(`Bearer ${token}`) // true
 */
export function createIsAdmin(token: string): IsAdmin {
  const expected = digest(token);
  // Digests have one length, so that the comparison does not tell the token's.
  return (authorization) => timingSafeEqual(digest(tokenIn(authorization ?? '')), expected);
}

function tokenIn(authorization: string): string {
  const [scheme = '', credentials = ''] = authorization.split(' ', 2);
  if (/^bearer$/i.test(scheme)) return credentials;
  if (/^basic$/i.test(scheme)) return passwordIn(credentials);
  return '';
}

/** What stands behind the first colon: a user's name has none, a password may. */
function passwordIn(credentials: string): string {
  const pair = Buffer.from(credentials, 'base64').toString();
  const colon = pair.indexOf(':');
  return colon === -1 ? '' : pair.slice(colon + 1);
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
