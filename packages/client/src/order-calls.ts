import type { Send } from './attempt.ts';
import type { CallOptions, Caller } from './caller.ts';
import { canonicalId, newId } from './ids.ts';
import type { Inputs, Outputs } from './procedures.ts';
import type { Transport } from './transport.ts';
import type { OrderAnswer, PlaceOrderInput } from './wire.ts';

type Orders = Outputs['order'];
type Reference = Inputs['order']['get'];

/** What a user does with orders: seats of several events, all of them or none. */
export interface OrderCalls {
  /**
   * Takes the seats of all lines, as holds or as sales, or none of them: a refusal names the line. Without an
   * `orderId` the client makes one, once for all retries.
   *
   * @example
   * const lines = [{ eventId: friday, quantity: 2 }, { eventId: saturday, quantity: 2 }];
   * const order = await client.order.place({ lines });
   * if (order.status === 'held') await client.order.confirm({ orderId: order.id });
   */
  place(input: PlaceOrderInput, options?: CallOptions): Promise<OrderAnswer<'place'>>;
  /** Turns all its holds into sales, or none. */
  confirm(input: Reference, options?: CallOptions): Promise<OrderAnswer<'confirm'>>;
  /** Gives all seats back that it still has. */
  cancel(input: Reference, options?: CallOptions): Promise<OrderAnswer<'cancel'>>;
  /** One order of the caller; a HoldfastError `not_found` if there is none. */
  get(input: Reference, options?: CallOptions): Promise<Orders['get']>;
}

/** The calls about orders, over one transport and with one client's retries. */
export function orderCalls({ order }: Transport, caller: Caller): OrderCalls {
  return {
    async place(given, options) {
      const input = { ...given, orderId: given.orderId ?? newId() };
      const send: Send<Orders['place']> = (signal, inDoubt) => {
        // An id that was made in this very call, and of which no attempt is in doubt, has no order.
        const isFirstAttempt = given.orderId === undefined && !inDoubt;
        return order.place.mutate({ ...input, isFirstAttempt }, { signal });
      };
      return caller.command(idOf(input), send, options);
    },
    async confirm(input, options) {
      const send = (signal: AbortSignal) => order.confirm.mutate(input, { signal });
      return caller.command(idOf(input), send, options);
    },
    async cancel(input, options) {
      const send = (signal: AbortSignal) => order.cancel.mutate(input, { signal });
      return caller.command(idOf(input), send, options);
    },
    get: (input, options) => caller.ask((signal) => order.get.query(input, { signal }), options),
  };
}

function idOf({ orderId }: Reference): Reference {
  return { orderId: canonicalId(orderId) };
}
