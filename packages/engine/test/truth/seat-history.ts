/** From when to when a call lasted, by the one clock of this process (`performance.now()`). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * Since when seats count as free again: since the commit, where its fence stood before it began; or
 * since the answer to whoever gave them back, which holds whatever becomes of Redis.
 */
export type Since = 'commit' | 'answer';

/** When seats came back, as both can be known. Never earlier than it happened. */
export type FreedAt = Readonly<Record<Since, number>>;

interface Change {
  readonly at: FreedAt;
  readonly seats: number;
}

/** More than any event of a test has: so many are away while its sale is closed. */
const allSeats = 1_000;

/** How many seats of one event were free for certain at each moment, and who heard `sold_out`. */
export class SeatHistory {
  readonly #changes: Change[] = [];
  readonly refusals: Span[] = [];

  /** From this moment on they may be taken, though nobody may know yet. */
  take(at: number, seats = 1): void {
    this.#changes.push({ at: { commit: at, answer: at }, seats: -seats });
  }

  free(at: FreedAt, seats = 1): void {
    this.#changes.push({ at, seats });
  }

  closeSale(at: number): void {
    this.take(at, allSeats);
  }

  openSale(at: FreedAt): void {
    this.free(at, allSeats);
  }

  /** Refusals of one seat during the whole of which a seat was free. */
  falseRefusals(since: Since): readonly Span[] {
    const changes = this.#changes
      .map(({ at, seats }) => ({ at: at[since], seats }))
      .toSorted((one, other) => one.at - other.at || one.seats - other.seats);
    return this.refusals.filter((span) => leastFree(changes, span) > 0);
  }
}

function leastFree(
  changes: readonly { readonly at: number; readonly seats: number }[],
  { from, to }: Span,
): number {
  let free = 0;
  let least = Infinity;
  for (const { at, seats } of changes) {
    if (at > to) break;
    if (at > from) least = Math.min(least, free);
    free += seats;
  }
  return Math.min(least, free);
}
