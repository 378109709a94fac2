import { tokenMint } from '@holdfast/command';
import { organizerId } from './events.ts';

export interface User {
  readonly id: string;
  readonly token: string;
  /** Whom a proxy in front would have heard; left out: there is none. */
  readonly address?: string;
}

/** Tokens live longer than any bench. */
const expiresInSeconds = 4 * 3_600;

/**
 * So many users with a signed token each, made once: every server and every run gets the same, so
 * authentication costs the same everywhere.
 *
 * @example const users = makeUsers(30_000, secret)
 */
export function makeUsers(count: number, secret: string, hasAddresses = false): readonly User[] {
  // What the servers take for an issuer and an audience unless told otherwise.
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
  return Array.from({ length: count }, (_, index) => {
    const userId = `user-${index}`;
    const token = mint({ userId, role: 'user', expiresInSeconds });
    return { id: userId, token, ...(hasAddresses && { address: addressAt(index) }) };
  });
}

/** Each another one, of a private network. */
function addressAt(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
}

/** The token of who asks for too much. */
export function makeAbuser(secret: string): string {
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
  return mint({ userId: 'abuser', role: 'user', expiresInSeconds });
}

/** The token of who organizes the bench's events (events.ts). */
export function makeOrganizer(secret: string): string {
  const mint = tokenMint({ secret, issuer: 'holdfast', audience: 'holdfast' });
  return mint({ userId: organizerId, role: 'organizer', expiresInSeconds });
}
