import { type EventState, hasSaleEnded, hasSaleStarted } from './event.ts';
import type { Instant } from '../instant.ts';

/**
 * How an event stood when it was read. A claim may later be refused by it, without reading again,
 * as long as no seat can have come back.
 */
export interface Standing {
  readonly version: number;
  /** Seats that were free at that version. */
  readonly availableSeats: number;
  /** A larger claim is refused for another reason than `sold_out`. */
  readonly quantityPerBookingMax: number;
  /**
   * For so many milliseconds after the reading, seats come back only by a commit, and a claim of
   * more than `availableSeats` is refused as `sold_out`. 0: not even now. `Infinity`: nothing that
   * is known ends it.
   */
  readonly refusableForMs: number;
}

/** What is known besides the event itself. */
export interface Reading {
  /** When the next hold lapses, or the longest lapsed one did; `null`: nothing is held. */
  readonly nextLapseAt: Instant | null;
  /** When it was read. */
  readonly now: Instant;
}

/**
 * How the event stands. A refusal may rest on it until the next hold lapses or the sale window
 * closes. From then on the answer is another one, without any commit.
 *
 * @example
 * standingOf(event, { nextLapseAt: now + 400, now }).refusableForMs // 400, while it is on sale
 */
export function standingOf(event: EventState, { nextLapseAt, now }: Reading): Standing {
  return {
    version: event.version,
    availableSeats: event.capacity.available,
    quantityPerBookingMax: event.rules.policy.quantityPerBookingMax,
    refusableForMs: isOnSale(event, now) ? remainingMs(event, { nextLapseAt, now }) : 0,
  };
}

function isOnSale({ rules }: EventState, now: Instant): boolean {
  const { status, saleWindow } = rules;
  return status === 'on_sale' && hasSaleStarted(saleWindow, now) && !hasSaleEnded(saleWindow, now);
}

function remainingMs({ rules }: EventState, { nextLapseAt, now }: Reading): number {
  const endsAt = Math.min(nextLapseAt ?? Infinity, rules.saleWindow.closesAt ?? Infinity);
  return Math.max(0, endsAt - now);
}
