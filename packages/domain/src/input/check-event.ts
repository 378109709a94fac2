import { type Capacity, isSound } from '../event/capacity.ts';
import type { EventState, Policy, Rules, SaleWindow } from '../event/event.ts';
import { checkFields, type Kinds } from './check.ts';
import { InvalidInput } from './invalid-input.ts';
import type { EventCreated } from '../state/transition.ts';
import {
  count,
  instant,
  name,
  object,
  oneOf,
  orLeftOut,
  orNull,
  quantity,
  text,
  truth,
} from './kind.ts';

const eventKinds: Kinds<EventState> = {
  id: name,
  organizerId: name,
  title: text,
  date: instant,
  rules: object,
  capacity: object,
  saleFollowsDate: truth,
  publishedAt: orNull(instant),
  cancelledAt: orNull(instant),
  version: count,
  organizedVersion: count,
  isArchived: orLeftOut(truth),
};
const rulesKinds: Kinds<Rules> = {
  status: oneOf(['draft', 'on_sale', 'closed', 'cancelled']),
  saleWindow: object,
  policy: object,
};
const windowKinds: Kinds<SaleWindow> = { opensAt: orNull(instant), closesAt: orNull(instant) };
const capacityKinds: Kinds<Capacity> = { total: count, available: count, held: count };
const policyKinds: Kinds<Policy> = {
  quantityPerBookingMax: quantity,
  activeBookingsPerUserMax: quantity,
  holdDurationMs: quantity,
  holdPauseMs: count,
  cancelDeadlineMs: orNull(count),
  holdExtensionMaxMs: count,
  extendsWhenSoldOut: truth,
};

const creationKinds: Kinds<EventCreated> = {
  type: oneOf(['event_created']),
  at: instant,
  eventId: name,
  organizerId: name,
  title: text,
  date: instant,
  total: quantity,
  saleWindow: object,
  saleFollowsDate: orLeftOut(truth),
  policy: object,
};

/**
 * Is this how an event was made?
 *
 * @throws InvalidInput
 */
export function checkCreation(field: string, creation: EventCreated): void {
  checkFields(field, creation, creationKinds);
  checkFields(`${field}.saleWindow`, creation.saleWindow, windowKinds);
  checkFields(`${field}.policy`, creation.policy, policyKinds);
}

/**
 * Is this an event that the rules can look at?
 *
 * @throws InvalidInput
 */
export function checkEvent(field: string, event: EventState): void {
  checkFields(field, event, eventKinds);
  checkFields(`${field}.rules`, event.rules, rulesKinds);
  checkFields(`${field}.rules.saleWindow`, event.rules.saleWindow, windowKinds);
  checkFields(`${field}.rules.policy`, event.rules.policy, policyKinds);
  checkCapacity(`${field}.capacity`, event.capacity);
}

function checkCapacity(field: string, capacity: Capacity): void {
  checkFields(field, capacity, capacityKinds);
  if (isSound(capacity)) return;
  throw new InvalidInput(field, 'has more available and held than there are in all: read it anew');
}
