import { check, checkEach, checkFields, type Kinds } from '../input/check.ts';
import { checkBooking } from '../input/check-booking.ts';
import { checkNow } from '../input/check-state.ts';
import {
  askedNumber,
  count,
  instant,
  type Kind,
  name,
  object,
  oneOf,
  quantity,
  text,
} from '../input/kind.ts';
import type { Instant } from '../instant.ts';
import type { Product, Shop, ShopPolicy, StockCommand } from './shop.ts';

const productKinds: Kinds<Product> = {
  id: name,
  name: text,
  releasedAt: instant,
  stockQuantity: count,
  reservedQuantity: count,
  soldQuantity: count,
  version: count,
};
const policyKinds: Kinds<ShopPolicy> = {
  quantityPerOrderMax: quantity,
  ordersPerCustomerMax: quantity,
  cartDurationMs: quantity,
};
type CommandKinds<T extends StockCommand['type']> = Kinds<
  Omit<Extract<StockCommand, { readonly type: T }>, 'type'>
>;
const follow = { orderId: name, customerId: name };
const claim: CommandKinds<'purchase'> = { ...follow, quantity: askedNumber };
const kindsByType: Readonly<Record<StockCommand['type'], Readonly<Record<string, Kind>>>> = {
  put_in_cart: claim,
  purchase: claim,
  check_out: follow,
  cancel_order: follow,
};
const type = oneOf(Object.keys(kindsByType));

/**
 * Is all of this what its type says?
 *
 * @throws InvalidInput
 */
export function checkShop(shop: Shop, command: StockCommand, now: Instant): void {
  check('shop', shop, object);
  checkFields('product', shop.product, productKinds);
  checkEach('orders', shop.orders, checkBooking);
  checkFields('policy', shop.policy, policyKinds);
  check('command', command, object);
  check('command.type', command.type, type);
  checkFields('command', command, kindsByType[command.type]);
  checkNow(now);
}
