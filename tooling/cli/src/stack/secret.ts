import { randomBytes } from 'node:crypto';

/** A secret for `AUTH_SECRET` or `ADMIN_TOKEN`: 256 random bits. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}
