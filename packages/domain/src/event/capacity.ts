/**
 * The numbers of an event: seats in all, seats that are free, seats kept by holds. The rest is
 * sold.
 */
export interface Capacity {
  readonly total: number;
  readonly available: number;
  readonly held: number;
}

/** The largest count of seats anything may have: what a PostgreSQL `integer` holds. */
export const quantityMax = 2_147_483_647;

/** Is this a number of seats that somebody can ask for: a whole number from 1 to `quantityMax`? */
export function isQuantity(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= quantityMax;
}

/** A capacity of which nothing is taken yet. */
export function freshCapacity(total: number): Capacity {
  return { total, available: total, held: 0 };
}

/** Seats sold: neither available nor held. */
export function soldSeats(capacity: Capacity): number {
  return capacity.total - capacity.available - capacity.held;
}

/** Seats that somebody has, held or sold. */
export function takenSeats(capacity: Capacity): number {
  return capacity.total - capacity.available;
}

/**
 * The invariant: whole numbers, none negative, and never more held and available than there are.
 * The database repeats it as CHECK constraints.
 */
export function isSound(capacity: Capacity): boolean {
  const { total, available, held } = capacity;
  const areCounts = [total, available, held].every(
    (count) => Number.isInteger(count) && count >= 0,
  );
  return areCounts && available + held <= total;
}

/** How a capacity moves: what is added to each number, negative for less. */
export interface CapacityChange {
  readonly total: number;
  readonly available: number;
  readonly held: number;
}

/** The capacity after a change. */
export function changeCapacity(capacity: Capacity, change: CapacityChange): Capacity {
  return {
    total: capacity.total + change.total,
    available: capacity.available + change.available,
    held: capacity.held + change.held,
  };
}
