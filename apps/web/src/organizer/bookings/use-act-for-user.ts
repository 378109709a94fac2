import type { BookingWithUser } from '@holdfast/client';
import { type CommandState, useCommand, useHoldfastClient } from '@holdfast/react';
import type { OrganizerAnswer } from '../command-news.tsx';

interface Act {
  readonly reason: string;
  /** Who is to have the booking; `null`: it is cancelled. */
  readonly toUserId: string | null;
}

/** A booking, and what an organizer does for its user. */
export interface ForUser {
  readonly booking: BookingWithUser;
  readonly state: CommandState<unknown, OrganizerAnswer>;
  readonly act: (act: Act) => void;
}

/** Acts on behalf of a booking's user. Afterwards, done or refused, what is shown is read again. */
export function useActForUser(
  booking: BookingWithUser,
  readAgain: () => void,
): Pick<ForUser, 'state' | 'act'> {
  const client = useHoldfastClient();
  const { eventId, id: bookingId, userId } = booking;
  const { state, run } = useCommand(({ reason, toUserId }: Act) => {
    const given = { eventId, bookingId, onBehalfOf: { userId, reason } };
    return toUserId === null
      ? client.booking.cancel(given)
      : client.booking.transfer({ ...given, toUserId });
  });
  return { state, act: (act) => void run(act).then(readAgain) };
}
