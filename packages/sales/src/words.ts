import type { Booking, BookingCommand, Expire, RefusalReason } from '@holdfast/domain';
import type { GivenId } from './ids.ts';

/** Further columns of a claim's row, by name, as JSON has them: `{ total_cents: 4200 }`. */
export type Also = Readonly<Record<string, unknown>>;

/** Names a claim. */
export interface NamedClaim {
  readonly itemId: GivenId;
  readonly id: GivenId;
  /** Whose it is; left out where claims have no users. */
  readonly userId?: GivenId;
}

/** Asks for a claim. */
export interface AskedClaim extends NamedClaim {
  readonly quantity: number;
  /** Written with the claim's row, once. It is no part of the content that the same id must have. */
  readonly also?: Also;
}

interface ClaimFacts {
  /** Ids in the spelling of their columns: PostgreSQL's, as text. */
  readonly id: string;
  readonly itemId: string;
  /** `null`: claims have no users. */
  readonly userId: string | null;
  readonly quantity: number;
}

/** A claim as it now is. It is committed. `expiresAt` in epoch milliseconds. */
export type Claim =
  | (ClaimFacts & { readonly status: 'held'; readonly expiresAt: number })
  | (ClaimFacts & { readonly status: 'confirmed' | 'cancelled' | 'expired' });

/** Nothing was written. `message` is for people. */
export interface Refusal {
  readonly status: 'refused';
  readonly reason: RefusalReason;
  readonly message: string;
}

/** Nobody knows yet whether it was written. The same command with the same id settles it. */
export interface Unknown {
  readonly status: 'unknown';
}

/** What becomes of a command about a claim. */
export type ClaimOutcome = Claim | Refusal | Unknown;

/** One of several claims that are sold together. */
export interface Line {
  readonly itemId: GivenId;
  readonly id: GivenId;
  readonly quantity: number;
  /** As in `book`. */
  readonly also?: Also;
}

/** Asks for several claims of one user, all or none. */
export interface AskedLines {
  /** Whose it is; left out where claims have no users. */
  readonly userId?: GivenId;
  /** 1 to 20. Several may be of one item; each has an id of its own. */
  readonly lines: readonly Line[];
}

/** Nothing was written, because of this line: its place, from 0 on. */
export interface RefusedLine extends Refusal {
  readonly line: number;
}

/** What becomes of lines that are sold together. `claims` has one for each line, in the same order. */
export type LinesOutcome =
  | { readonly status: 'confirmed'; readonly claims: readonly Claim[] }
  | RefusedLine
  | Unknown;

/** A sweep has ended so many holds. */
export interface Swept {
  readonly status: 'swept';
  readonly expiredCount: number;
}

export type Outcome = ClaimOutcome | Swept;

/** A command in its item's lane, its ids in their one spelling. */
export interface SalesCommand {
  readonly booking: BookingCommand | Expire;
  readonly also: Also | null;
}

/** @example claimOf({ itemId: '7', hasUsers: true }, booking) // { status: 'confirmed', id, itemId: '7', userId, quantity } */
export function claimOf(
  { itemId, hasUsers }: { readonly itemId: string; readonly hasUsers: boolean },
  booking: Booking,
): Claim {
  const { id, quantity, status } = booking;
  const facts = { id, itemId, userId: hasUsers ? booking.userId : null, quantity };
  return status === 'held'
    ? { ...facts, status, expiresAt: booking.expiresAt }
    : { ...facts, status };
}
