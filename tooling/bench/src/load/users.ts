import { tokenMint } from '@holdfast/command';
import { organizerId } from './events.ts';

export interface User {
  readonly id: string;
  readonly token: string;
}

/** Tokens live longer than any bench. */
const expiresInSeconds = 4 * 3_600;

/**
 * So many users with a signed token each, made once: every server and every run gets the same, so
 * authentication costs the same everywhere.
 *
 * @example const users = makeUsers(30_000, secret)
 */
export function makeUsers(count: number, secret: string): readonly User[] {
  // What the servers take for an issuer and an audience unless told otherwise.
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
  return Array.from({ length: count }, (_, index) => {
    const userId = `user-${index}`;
    return { id: userId, token: mint({ userId, role: 'user', expiresInSeconds }) };
  });
}

/** The token of who organizes the bench's events (events.ts). */
export function makeOrganizer(secret: string): string {
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
  return mint({ userId: organizerId, role: 'organizer', expiresInSeconds });
}
