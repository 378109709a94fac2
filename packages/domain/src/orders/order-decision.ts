import type { Booking } from '../booking/booking.ts';
import { type Refused, refused } from '../commands/refusal.ts';
import type { Order } from './order.ts';

/** A command about an order was accepted: the order, and its bookings as they then are. */
export interface OrderAccepted {
  readonly status: 'accepted';
  /** With the lines whose bookings its user still has. */
  readonly order: Order;
  /** One for each line of the order, in the same order. */
  readonly bookings: readonly Booking[];
  /** Is there anything to write? Not where the command was given before. */
  readonly isChange: boolean;
}

/** Which part of an order was refused. */
interface RefusedPart {
  /** `null`: the reason is not one line, but the order as a whole. */
  readonly eventId: string | null;
  /** Where the first given line of that event stood, from 0; `null` as above. */
  readonly line: number | null;
}

/** A refusal of an order, and which line is the reason. Nothing of the order is written. */
export type OrderRefused = Refused & RefusedPart;

export type OrderDecision = OrderAccepted | OrderRefused;

/** A refusal of the order as a whole. */
export function orderRefused(reason: 'id_taken' | 'order_not_found'): OrderRefused {
  return { ...refused(reason), eventId: null, line: null };
}
