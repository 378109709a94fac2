import type {
  Book,
  Cancel,
  Close,
  Command,
  Confirm,
  Create,
  Expire,
  Open,
  Reserve,
  SetCapacity,
  Update,
} from '../commands.ts';
import type { Policy } from '../event.ts';
import { check, checkFields, type Kinds } from './check.ts';
import { checkWindow } from './check-event.ts';
import { askedNumber, count, instant, name, object, oneOf, orNull, text } from './kind.ts';

/** What the fields of a command have to be, beside its type. */
type CommandKinds<C extends Command> = Kinds<Omit<C, 'type'>>;

const follow: CommandKinds<Confirm> = { bookingId: name, userId: name };
const claim: CommandKinds<Reserve> = { ...follow, quantity: askedNumber };
const organized = { organizerId: name };
const kindsByType: {
  readonly reserve: CommandKinds<Reserve>;
  readonly book: CommandKinds<Book>;
  readonly confirm: CommandKinds<Confirm>;
  readonly cancel: CommandKinds<Cancel>;
  readonly expire: CommandKinds<Expire>;
  readonly create: CommandKinds<Create>;
  readonly update: CommandKinds<Update>;
  readonly open: CommandKinds<Open>;
  readonly close: CommandKinds<Close>;
  readonly setCapacity: CommandKinds<SetCapacity>;
} = {
  reserve: claim,
  book: claim,
  confirm: follow,
  cancel: follow,
  expire: { holdCountMax: count },
  create: {
    ...organized,
    eventId: name,
    title: text,
    date: instant,
    total: askedNumber,
    saleWindow: object,
    policy: object,
  },
  update: {
    ...organized,
    title: orNull(text),
    date: orNull(instant),
    saleWindow: orNull(object),
    policy: orNull(object),
  },
  open: organized,
  close: { ...organized, as: oneOf(['closed', 'cancelled']) },
  setCapacity: { ...organized, total: askedNumber },
};
const type = oneOf(Object.keys(kindsByType));

const askedPolicy: Kinds<Policy> = {
  quantityPerBookingMax: askedNumber,
  activeBookingsPerUserMax: askedNumber,
  holdDurationMs: askedNumber,
  holdPauseMs: askedNumber,
};

/**
 * Is this a command that the rules can decide? Numbers that somebody asks for in vain, such as a
 * quantity of 0, are left to the rules: they refuse them.
 *
 * @throws InvalidInput
 */
export function checkCommand(field: string, command: Command): void {
  check(field, command, object);
  check(`${field}.type`, command.type, type);
  checkFields(field, command, kindsByType[command.type]);
  if (command.type !== 'create' && command.type !== 'update') return;
  const { saleWindow, policy } = command;
  if (saleWindow !== null) checkWindow(`${field}.saleWindow`, saleWindow);
  if (policy !== null) checkFields(`${field}.policy`, policy, askedPolicy);
}
