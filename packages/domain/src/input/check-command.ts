import type {
  Accept,
  Book,
  Cancel,
  ChangeQuantity,
  Close,
  Command,
  Confirm,
  Create,
  Expire,
  Extend,
  Open,
  Reserve,
  SetCapacity,
  Transfer,
  Update,
} from '../commands/commands.ts';
import type { Actor } from '../booking/actor.ts';
import type { Policy } from '../event/event.ts';
import { check, checkFields, type Kinds } from './check.ts';
import type { GivenWindow } from '../event/given-window.ts';
import {
  askedNumber,
  count,
  instant,
  type Kind,
  name,
  object,
  oneOf,
  orLeftOut,
  orNull,
  text,
  truth,
} from './kind.ts';

/** What the fields of a command have to be, beside its type. */
type CommandKinds<C extends Command> = Kinds<Omit<C, 'type'>>;

const follow: CommandKinds<Cancel> = {
  bookingId: name,
  userId: name,
  actor: orLeftOut(object),
};
const actorKinds: Kinds<Actor> = {
  role: oneOf(['organizer', 'admin']),
  id: name,
  reason: name,
};
const sized = { ...follow, quantity: askedNumber };
const claim: CommandKinds<Book> = { ...sized, isRepeat: orLeftOut(truth) };
const organized = { organizerId: name };
const changing = { ...organized, expectedVersion: orLeftOut(count) };
const kindsByType: {
  readonly reserve: CommandKinds<Reserve>;
  readonly book: CommandKinds<Book>;
  readonly confirm: CommandKinds<Confirm>;
  readonly cancel: CommandKinds<Cancel>;
  readonly extend: CommandKinds<Extend>;
  readonly changeQuantity: CommandKinds<ChangeQuantity>;
  readonly transfer: CommandKinds<Transfer>;
  readonly accept: CommandKinds<Accept>;
  readonly expire: CommandKinds<Expire>;
  readonly create: CommandKinds<Create>;
  readonly update: CommandKinds<Update>;
  readonly open: CommandKinds<Open>;
  readonly close: CommandKinds<Close>;
  readonly setCapacity: CommandKinds<SetCapacity>;
} = {
  reserve: { ...claim, replace: orLeftOut(truth) },
  book: claim,
  confirm: { ...follow, ifLapsed: orLeftOut(oneOf(['refuse', 'reacquire'])) },
  cancel: follow,
  extend: follow,
  changeQuantity: { ...sized, expectedQuantity: orLeftOut(askedNumber) },
  transfer: { ...follow, toUserId: orNull(name) },
  accept: { bookingId: name, userId: name },
  expire: { bookingCountMax: count, afterBookingId: orLeftOut(name) },
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
    ...changing,
    title: orNull(text),
    date: orNull(instant),
    saleWindow: orNull(object),
    policy: orNull(object),
  },
  open: changing,
  close: { ...changing, as: oneOf(['closed', 'cancelled']) },
  setCapacity: { ...changing, total: askedNumber },
};
const type = oneOf(Object.keys(kindsByType));

const askedPolicy: Kinds<Policy> = {
  quantityPerBookingMax: askedNumber,
  activeBookingsPerUserMax: askedNumber,
  holdDurationMs: askedNumber,
  holdPauseMs: askedNumber,
  cancelDeadlineMs: orNull(askedNumber),
  holdExtensionMaxMs: askedNumber,
  extendsWhenSoldOut: truth,
};

const givenWindow: Kinds<GivenWindow> = {
  opensAt: orNull(instant),
  closesAt: orNull({
    ...instant,
    accepts: (value) => value === 'date' || instant.accepts(value),
    expected: `${instant.expected}, or 'date'`,
  }),
};

/** The same, but each part may be left out. */
function inPart(kinds: Readonly<Record<string, Kind>>): Readonly<Record<string, Kind>> {
  return Object.fromEntries(
    Object.entries(kinds).map(([field, kind]) => [field, orLeftOut(kind)] as const),
  );
}

const windowInPart = inPart(givenWindow);
const policyInPart = inPart(askedPolicy);

/**
 * Is this a command that the rules can decide? A number that cannot be granted, such as a quantity
 * of 0, passes here: the rules refuse it.
 *
 * @throws InvalidInput
 */
export function checkCommand(field: string, command: Command): void {
  check(field, command, object);
  check(`${field}.type`, command.type, type);
  checkFields(field, command, kindsByType[command.type]);
  if ('actor' in command && command.actor !== undefined) {
    checkFields(`${field}.actor`, command.actor, actorKinds);
  }
  if (command.type !== 'create' && command.type !== 'update') return;
  const { saleWindow, policy } = command;
  const isWhole = command.type === 'create';
  const ofWindow = isWhole ? givenWindow : windowInPart;
  const ofPolicy = isWhole ? askedPolicy : policyInPart;
  if (saleWindow !== null) checkFields(`${field}.saleWindow`, saleWindow, ofWindow);
  if (policy !== null) checkFields(`${field}.policy`, policy, ofPolicy);
}
