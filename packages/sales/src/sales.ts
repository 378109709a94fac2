import type { AskedClaim, AskedLines, ClaimOutcome, LinesOutcome, NamedClaim } from './words.ts';

/**
 * The sale of a team's rows. What a command ends in is data: a claim as it now is, a refusal, or
 * `unknown`, which the same command settles.
 *
 * Faults are thrown: InvalidInput for what can be no command (nothing was asked then), Overloaded and
 * Draining, CommitContended and DatabaseUnavailable (nothing was written), and what PostgreSQL says of
 * further columns.
 */
export interface Sales {
  /**
   * Keeps pieces for a user until the hold lapses. Only where there are holds.
   *
   * Refuses: invalid_quantity, event_not_found (there is no such item), id_taken, quantity_over_limit,
   * bookings_over_limit, sold_out.
   *
   * @example await sales.reserve({ itemId: 7, id: orderId, userId: 12, quantity: 2 })
   * // { status: 'held', id, itemId: '7', userId: '12', quantity: 2, expiresAt: 1790000000000 }
   */
  reserve(asked: AskedClaim): Promise<ClaimOutcome>;
  /**
   * Sells pieces, or confirms the hold that has this id. Refuses as `reserve` does.
   *
   * @example await sales.book({ itemId: 7, id: orderId, userId: 12, quantity: 2, also: { total_cents: 4200 } })
   */
  book(asked: AskedClaim): Promise<ClaimOutcome>;
  /**
   * Sells pieces of several items, or confirms the holds that have these ids: all of it in one
   * transaction, or nothing. Lines of one item are decided one after the other, and each becomes a row of
   * its own. The same lines again give the same claims.
   *
   * Refuses as `book` does, with the first `line` that stands in the way, and also booking_cancelled and
   * hold_lapsed: the claim of that line has ended since.
   *
   * @example
   * await sales.bookTogether({ userId: 12, lines: [{ itemId: 7, id, quantity: 2 }, { itemId: 8, id: other, quantity: 1 }] })
   * // { status: 'refused', line: 1, reason: 'sold_out', message: 'Not enough …' }
   */
  bookTogether(asked: AskedLines): Promise<LinesOutcome>;
  /** Makes a sale of a hold. Refuses: event_not_found, booking_not_found, booking_cancelled, hold_lapsed. */
  confirm(named: NamedClaim): Promise<ClaimOutcome>;
  /** Gives pieces back, held or sold. Refuses: event_not_found, booking_not_found, hold_lapsed. */
  cancel(named: NamedClaim): Promise<ClaimOutcome>;
  /**
   * Writes down which holds have lapsed, the longest lapsed first, at most so many (1 to 2,000). The sale
   * itself does not wait for it: the next claim that needs the pieces takes them.
   *
   * @example const { expiredCount } = await sales.expire({ claimCountMax: 500 })
   */
  expire(sweep: { readonly claimCountMax: number }): Promise<{ readonly expiredCount: number }>;
  /** Takes no more commands, and resolves when those under way have ended. The pool stays open. */
  close(): Promise<void>;
}
