import type { Refusal } from '@holdfast/sales';
import type { ShopRefusal, ShopRefusalReason } from './words.ts';

export function refuse(reason: ShopRefusalReason): ShopRefusal {
  return { status: 'refused', reason, message: messages[reason] };
}

/** A refusal of the sales in the words of a shop. */
export function inOurWords({ reason, message }: Refusal): ShopRefusal {
  const ours = words[reason];
  if (ours === undefined) throw new Error(`The sales refused: ${reason}. ${message}`);
  return refuse(ours);
}

/** The other reasons belong to events that go on and off sale. */
const words: Readonly<Partial<Record<Refusal['reason'], ShopRefusalReason>>> = {
  event_not_found: 'product_not_found',
  invalid_quantity: 'invalid_quantity',
  quantity_over_limit: 'quantity_over_limit',
  bookings_over_limit: 'orders_over_limit',
  sold_out: 'out_of_stock',
  id_taken: 'id_taken',
  booking_not_found: 'line_not_found',
  booking_cancelled: 'line_cancelled',
  hold_lapsed: 'cart_lapsed',
};

const messages: Readonly<Record<ShopRefusalReason, string>> = {
  product_not_found: 'There is no such product.',
  invalid_quantity: 'The quantity is a whole number from 1 on.',
  quantity_over_limit: 'Nobody can have so many pieces in one order.',
  orders_over_limit: 'You have as many orders of this product as one customer can have.',
  out_of_stock: 'There are not so many pieces left.',
  id_taken: 'Something else has this id: make a new one.',
  line_not_found: 'There is no such line in your orders.',
  line_cancelled: 'These pieces were cancelled, sent back or found missing.',
  line_not_paid: 'Only what was paid can be sent back.',
  cart_lapsed: 'The pieces were not kept any longer. Put them into the cart again.',
};
