import { z } from 'zod';
import { isStorable } from './http/text.ts';

export const roles = ['user', 'organizer', 'admin'] as const;

/** What somebody may do: book, offer events as well, or run the house. */
export type Role = (typeof roles)[number];

const userIdLengthMax = 200;

/** What a token says of its bearer. Other claims are not ours to judge. */
export const userClaims = z.object({
  sub: z.string().min(1).max(userIdLengthMax).refine(isStorable),
  role: z.enum(roles),
});

/** Who calls. */
export interface User {
  readonly id: string;
  readonly role: Role;
}
