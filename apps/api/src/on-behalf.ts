import type { User } from '@holdfast/auth';
import type { Actor } from '@holdfast/domain';
import { reason, userId } from '@holdfast/process';
import { z } from 'zod';
import { Fault } from './http/faults.ts';

/** For whom somebody else acts, and why. */
export const onBehalfOf = z
  .strictObject({ userId, reason })
  .optional()
  .describe(
    'The user whose booking it is, where the organizer of the event or an admin acts, and why. Left out: it is the own one.',
  );

/** Whose booking a command is about, and who acts, if that is not its user. */
export interface GivenBy {
  readonly userId: string;
  readonly actor?: Actor;
}

/**
 * What a command says of who gives it. Whether the event is theirs to manage, the rules decide: for who may
 * not it is as one that does not exist.
 *
 * Faults: `forbidden` for users who are neither organizer nor admin.
 */
export function givenBy(
  { user }: { readonly user: User },
  behalf: z.output<typeof onBehalfOf>,
): GivenBy {
  if (behalf === undefined) return { userId: user.id };
  if (user.role === 'user') throw new Fault('forbidden');
  return { userId: behalf.userId, actor: { role: user.role, id: user.id, reason: behalf.reason } };
}
