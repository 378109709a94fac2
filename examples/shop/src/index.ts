/**
 * A shop that sells its stock with the guards of Holdfast: carts, orders of several products, and what staff
 * does with the shelf meanwhile.
 */
export { audit, type Violation } from './audit.ts';
export { createProduct } from './create-product.ts';
export type { AskedLine, AskedOrder, LineOutcome, OrderOutcome } from './selling/words.ts';
export { type OpenShop, openShop, type ShopOptions } from './open-shop.ts';
export { migrate, openOrm } from './schema/orm.ts';
export { setPrice } from './set-price.ts';
export { type Delivery, restock, type RestockOutcome } from './stock/restock.ts';
export { type ReturnOutcome, returnLine, type SentBack } from './stock/return-line.ts';
export {
  type LostLine,
  type StockTaking,
  type StockTakingOutcome,
  takeStock,
} from './stock/take-stock.ts';
