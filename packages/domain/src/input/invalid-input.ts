/**
 * Something that was handed to the rules is not what they can decide upon: a count that came as
 * text, an instant that came as a `Date`. It is a fault of the code that calls, so it is thrown; what
 * a user asked for in vain is a refusal, and data.
 *
 * @example
 * decideStock({ product: { ...product, stockQuantity: '5' }, orders, policy }, command, now)
 * // throws InvalidInput: product.stockQuantity must be a whole number of at least 0,
 * // but is the text "5": convert it with Number(…)
 */
export class InvalidInput extends TypeError {
  override readonly name = 'InvalidInput';
  /** Where it was found, as code would say it: `product.stockQuantity`, `orders[2].status`. */
  readonly field: string;

  constructor(field: string, complaint: string) {
    super(`${field} ${complaint}`);
    this.field = field;
  }
}
