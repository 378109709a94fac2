import type { CancelAnswer, ConfirmAnswer, ReserveAnswer } from '@holdfast/client';
import type { OwnHold } from './own-hold.ts';
import type { Page } from './page.ts';
import { reserveOnce } from './reserve-once.ts';
import type { AnyDoubt } from './settle.ts';
import { takeTurns } from './take-turns.ts';

/** What a user does with a hold. */
export type HoldCommand =
  | { readonly type: 'reserve'; readonly quantity: number }
  | { readonly type: 'changeQuantity'; readonly bookingId: string; readonly quantity: number }
  | { readonly type: 'confirm'; readonly bookingId: string }
  | { readonly type: 'giveBack'; readonly bookingId: string };

export type HoldAnswer = ReserveAnswer | ConfirmAnswer | CancelAnswer;

/**
 * Sends a command about the caller's hold of an event, once. The journal forgets the id as soon as it is known to hold
 * nothing any longer.
 *
 * @throws HoldfastError where nothing was done
 */
export async function sendHoldCommand(
  page: Page,
  { eventId, command }: { readonly eventId: string; readonly command: HoldCommand },
  attempt: { readonly doubt: AnyDoubt | null; readonly signal: AbortSignal },
): Promise<HoldAnswer> {
  const { client, journal } = page;
  if ('quantity' in command) {
    const { type, quantity } = command;
    const replacedId = type === 'changeQuantity' ? command.bookingId : undefined;
    return takeTurns(journal.keyOf(eventId), () =>
      reserveOnce(page, { eventId, quantity, replacedId }, attempt),
    );
  }
  const { type, bookingId } = command;
  const ids = { eventId, bookingId };
  const answer = await (type === 'confirm'
    ? client.booking.confirm(ids)
    : client.booking.cancel(ids));
  if (answer.status === 'confirmed' || answer.status === 'cancelled') {
    journal.end(eventId, bookingId);
  }
  return answer;
}

/**
 * What the caller has of the event, as an answer shows it; `null`: it shows nothing.
 *
 * @param seenAt when it came, on the steady clock
 */
export function ownHoldIn(answer: HoldAnswer, seenAt: number): OwnHold | null {
  switch (answer.status) {
    case 'held':
      return { held: { booking: answer, seenAt }, ended: null };
    case 'confirmed':
    case 'cancelled':
    case 'expired':
      return { held: null, ended: answer };
    case 'refused':
    case 'unknown':
      return null;
  }
}
