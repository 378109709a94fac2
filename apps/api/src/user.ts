import { z } from 'zod';
import { isStorable } from './http/text.ts';

export const roles = ['user', 'organizer', 'admin'] as const;

/** What somebody may do: book, offer events as well, or run the house. */
export type Role = (typeof roles)[number];

const userIdLengthMax = 200;

/** A token's subject. */
export const userId = z.string().min(1).max(userIdLengthMax).refine(isStorable);

/** Who calls. */
export interface User {
  readonly id: string;
  readonly role: Role;
}
