import { z } from 'zod';
import { isName, isTitle } from './text.ts';

export const roles = ['user', 'organizer', 'admin'] as const;

/** What somebody may do: book, offer events as well, or run the house. */
export type Role = (typeof roles)[number];

const userIdLengthMax = 200;

/**
 * The name of a user: the subject of a token. The api believes no other, and `holdfast token` mints
 * no other.
 */
export const userId = z
  .string()
  .min(1, { error: 'must not be empty', abort: true })
  .max(userIdLengthMax, `may have ${userIdLengthMax} characters at most`)
  .refine(isName, 'must be one line of text that is seen');

const reasonLengthMax = 200;

/** Why somebody acts on a user's behalf, in a sentence that a list shows in one line. */
export const reason = z
  .string()
  .trim()
  .min(1, { error: 'must not be empty', abort: true })
  .max(reasonLengthMax, `may have ${reasonLengthMax} characters at most`)
  .refine(isTitle, 'must be one line of text that is seen');
