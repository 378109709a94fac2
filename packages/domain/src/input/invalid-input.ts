/**
 * The rules were handed something that is not of its type: a count that came as text, an instant
 * that came as a `Date`. That is a fault of the calling code, so it is thrown. What a user asks for
 * and cannot get is a refusal, which is data.
 *
 * @example
 * decideStock({ product: { ...product, stockQuantity: '5' }, orders, policy }, command, now)
 * // throws InvalidInput: product.stockQuantity must be a whole number of at least 0,
 * // but is the text "5": convert it with Number(…)
 */
export class InvalidInput extends TypeError {
  override readonly name = 'InvalidInput';
  /** Where it was found: `product.stockQuantity`, `orders[2].status`. */
  readonly field: string;

  constructor(field: string, complaint: string) {
    super(`${field} ${complaint}`);
    this.field = field;
  }
}
