import { orderLineCountMax, type OrderLine } from '../orders/order.ts';
import type {
  CancelOrder,
  ConfirmOrder,
  OrderCommand,
  PlaceOrder,
} from '../orders/order-commands.ts';
import { check, checkEach, checkFields, type Kinds } from './check.ts';
import { askedNumber, type Kind, list, name, object, oneOf, orLeftOut, truth } from './kind.ts';

type OrderKinds<C extends OrderCommand> = Kinds<Omit<C, 'type'>>;

const lines: Kind = {
  accepts: (value) =>
    Array.isArray(value) && value.length >= 1 && value.length <= orderLineCountMax,
  expected: `an array of 1 to ${orderLineCountMax} lines`,
  fix: (value) =>
    Array.isArray(value) ? 'give as many, or place several orders' : list.fix(value),
};
const named: OrderKinds<ConfirmOrder> = { orderId: name, userId: name };
const kindsByType: {
  readonly placeOrder: OrderKinds<PlaceOrder>;
  readonly confirmOrder: OrderKinds<ConfirmOrder>;
  readonly cancelOrder: OrderKinds<CancelOrder>;
} = {
  placeOrder: { ...named, as: oneOf(['held', 'confirmed']), lines, isRepeat: orLeftOut(truth) },
  confirmOrder: named,
  cancelOrder: named,
};
const type = oneOf(Object.keys(kindsByType));
const lineKinds: Kinds<OrderLine> = { eventId: name, quantity: askedNumber };

/**
 * Is this a command about an order that the rules can decide?
 *
 * @throws InvalidInput
 */
export function checkOrderCommand(field: string, command: OrderCommand): void {
  check(field, command, object);
  check(`${field}.type`, command.type, type);
  checkFields(field, command, kindsByType[command.type]);
  if (command.type !== 'placeOrder') return;
  checkEach(`${field}.lines`, command.lines, (place, line) => checkFields(place, line, lineKinds));
}
