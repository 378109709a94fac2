/** How the claims of a race are told apart. */
export interface Numbering {
  /** Each has its own boundary at which it sells out. */
  readonly itemIds: readonly number[];
  readonly customerCount: number;
  /** The number of the first one. */
  readonly idMin: number;
  /** The number of the first customer. */
  readonly customerMin: number;
}

/** The claim of this number: whoever asks for it, it is the same one. */
export function numberedClaim(
  number: number,
  { itemIds, customerCount, idMin, customerMin }: Numbering,
) {
  const customer = customerMin + (Math.floor(number / itemIds.length) % customerCount);
  return {
    itemId: itemIds[number % itemIds.length] ?? 0,
    id: `00000000-0000-4000-8000-${String(idMin + number).padStart(12, '0')}`,
    userId: `customer ${customer}`,
    quantity: 1 + (number % 2),
  };
}
