import type { EventState, SaleWindow } from './event.ts';
import type { Instant } from '../instant.ts';

/**
 * A sale window as an organizer gives it. `closesAt: 'date'`: the sale ends at the event's date, and
 * moves with it; `null`: it never ends by time.
 */
export interface GivenWindow {
  readonly opensAt: Instant | null;
  readonly closesAt: Instant | null | 'date';
}

/** The window as it was given. */
export function givenWindowOf({ rules, saleFollowsDate }: EventState): GivenWindow {
  const { opensAt, closesAt } = rules.saleWindow;
  return { opensAt, closesAt: saleFollowsDate ? 'date' : closesAt };
}

/** What a given window comes to for an event on this date. */
export function saleTimesOf(
  { opensAt, closesAt }: GivenWindow,
  date: Instant,
): { readonly saleWindow: SaleWindow; readonly saleFollowsDate: boolean } {
  const saleFollowsDate = closesAt === 'date';
  return { saleWindow: { opensAt, closesAt: saleFollowsDate ? date : closesAt }, saleFollowsDate };
}
