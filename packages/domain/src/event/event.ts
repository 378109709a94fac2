import { type Capacity, isQuantity } from './capacity.ts';
import type { Instant } from '../instant.ts';

/**
 * The status of an event: `draft`, then `on_sale`, then `closed`, which can be put on sale again.
 * `cancelled` can follow each of these, and is final.
 */
export type EventStatus = 'draft' | 'on_sale' | 'closed' | 'cancelled';

/** When seats may be taken: from `opensAt` on and before `closesAt`. `null` leaves that side open. */
export interface SaleWindow {
  readonly opensAt: Instant | null;
  readonly closesAt: Instant | null;
}

/** What one booking and one user may ask of an event. */
export interface Policy {
  /** The most seats that one booking may take. */
  readonly quantityPerBookingMax: number;
  /** The most bookings, held and confirmed together, that one user may have at a time. */
  readonly activeBookingsPerUserMax: number;
  /** How long a hold keeps its seats, in milliseconds. */
  readonly holdDurationMs: number;
  /**
   * After a hold that ended without a sale, its user takes no seats here for so long, so that
   * others get the chance. In milliseconds. 0: there is no such pause.
   */
  readonly holdPauseMs: number;
  /**
   * How long before the event's date a user can give back a confirmed booking for the last time. In
   * milliseconds, so that it moves with the date. `null`: there is no such deadline.
   */
  readonly cancelDeadlineMs: number | null;
  /**
   * By how much a hold can be lengthened in all: it ends at the latest `holdDurationMs` and this after
   * its begin. In milliseconds. 0: holds cannot be lengthened.
   */
  readonly holdExtensionMaxMs: number;
  /** May a hold be lengthened while no seat is free for others? */
  readonly extendsWhenSoldOut: boolean;
}

/** Ten years: the longest that a deadline may lie before its event. */
export const cancelDeadlineMsMax = 10 * 366 * 24 * 60 * 60 * 1_000;

/** What an organizer decides, and every sale relies on. */
export interface Rules {
  readonly status: EventStatus;
  readonly saleWindow: SaleWindow;
  readonly policy: Policy;
}

/** What an event is called and when it takes place. Of these only a deadline reads the date. */
export interface EventDetails {
  readonly title: string;
  readonly date: Instant;
}

/** What the rules need to know of an event. */
export interface EventState extends EventDetails {
  readonly id: string;
  readonly organizerId: string;
  readonly rules: Rules;
  readonly capacity: Capacity;
  /** Was the end of the sale never given? Then it is the date, and moves with it. */
  readonly saleFollowsDate: boolean;
  /** When it was first put on sale. `null`: never, and only its organizer knows of it. */
  readonly publishedAt: Instant | null;
  /**
   * When the event was called off. `null`: it was not. From then on none of its bookings is active.
   */
  readonly cancelledAt: Instant | null;
  /** The number of committed changes; every commit adds exactly one. */
  readonly version: number;
  /** The version that its organizer's last change made. Sales do not move it. */
  readonly organizedVersion: number;
  /** It is long over, and its bookings are in the archive. Left out: it was not archived. */
  readonly isArchived?: boolean;
}

/** May everybody see it? Not drafts, nor events that were called off before they went on sale. */
export function isPublic(status: EventStatus, hasBeenOnSale: boolean): boolean {
  return status !== 'draft' && (status !== 'cancelled' || hasBeenOnSale);
}

/** May this user see it? To others, what is not public seems not to exist. */
export function isKnownTo(event: EventState, userId: string): boolean {
  const { rules, publishedAt, organizerId } = event;
  return isPublic(rules.status, publishedAt !== null) || organizerId === userId;
}

/** Does the window, if it has both ends, open before it closes? */
export function isSaleWindow(window: SaleWindow): boolean {
  const { opensAt, closesAt } = window;
  return opensAt === null || closesAt === null || opensAt < closesAt;
}

/** Is every limit of the policy a whole number in its range? */
export function isPolicy(policy: Policy): boolean {
  const { quantityPerBookingMax, activeBookingsPerUserMax, holdDurationMs, holdPauseMs } = policy;
  const limits = [quantityPerBookingMax, activeBookingsPerUserMax, holdDurationMs];
  const isPause = holdPauseMs === 0 || isQuantity(holdPauseMs);
  const isExtension = policy.holdExtensionMaxMs === 0 || isQuantity(policy.holdExtensionMaxMs);
  return (
    limits.every(isQuantity) && isPause && isExtension && isCancelDeadline(policy.cancelDeadlineMs)
  );
}

function isCancelDeadline(beforeDateMs: number | null): boolean {
  if (beforeDateMs === null) return true;
  return Number.isInteger(beforeDateMs) && beforeDateMs >= 0 && beforeDateMs <= cancelDeadlineMsMax;
}

/** Are these the same two moments? */
export function isSameWindow(a: SaleWindow, b: SaleWindow): boolean {
  return a.opensAt === b.opensAt && a.closesAt === b.closesAt;
}

/** Are these the same limits? */
export function isSamePolicy(a: Policy, b: Policy): boolean {
  return (
    a.quantityPerBookingMax === b.quantityPerBookingMax &&
    a.activeBookingsPerUserMax === b.activeBookingsPerUserMax &&
    a.holdDurationMs === b.holdDurationMs &&
    a.holdPauseMs === b.holdPauseMs &&
    a.cancelDeadlineMs === b.cancelDeadlineMs &&
    a.holdExtensionMaxMs === b.holdExtensionMaxMs &&
    a.extendsWhenSoldOut === b.extendsWhenSoldOut
  );
}

/** Has the sale window opened at `now`? A window without `opensAt` has always been open. */
export function hasSaleStarted(window: SaleWindow, now: Instant): boolean {
  return window.opensAt === null || window.opensAt <= now;
}

/** Has the sale window closed at `now`? A window without `closesAt` never closes by time. */
export function hasSaleEnded(window: SaleWindow, now: Instant): boolean {
  return window.closesAt !== null && window.closesAt <= now;
}

/**
 * Is it too late at `now` for users to give back what they have confirmed?
 *
 * @example isCancelTooLate({ ...event, date: 9_000 }, 7_000) // true, for a deadline of 2,000 ms
 */
export function isCancelTooLate({ date, rules }: EventState, now: Instant): boolean {
  const { cancelDeadlineMs } = rules.policy;
  return cancelDeadlineMs !== null && date - cancelDeadlineMs <= now;
}
