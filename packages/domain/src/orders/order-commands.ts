import type { OrderLine } from './order.ts';

interface Named {
  readonly orderId: string;
  readonly userId: string;
}

/** Take the seats of all lines, as holds or as sales, or none of them. */
export interface PlaceOrder extends Named {
  readonly type: 'placeOrder';
  readonly as: 'held' | 'confirmed';
  /** From 1 to `orderLineCountMax`. Those of one event are merged. */
  readonly lines: readonly OrderLine[];
  /** As of a claim: where the order is refused, its id is spent at the event of the refused line. */
  readonly isRepeat?: boolean | undefined;
}

/** Turn all holds of an order into sales, or none of them. */
export interface ConfirmOrder extends Named {
  readonly type: 'confirmOrder';
}

/** Give all seats of an order back that it still has. */
export interface CancelOrder extends Named {
  readonly type: 'cancelOrder';
}

/** A command that one user gives about one order. */
export type OrderCommand = PlaceOrder | ConfirmOrder | CancelOrder;
