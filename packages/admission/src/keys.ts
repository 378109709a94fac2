import { quantityMax } from '@holdfast/domain';

/** A command on its way to PostgreSQL, or one that wants to be. */
export interface Ask {
  /** Of the command; the same again after a retry, so that it counts once. */
  readonly leaseId: string;
  /** Seats that it claims. 0: a fence, because it may give seats back. */
  readonly quantity: number;
}

/** A letter, digit, - or _: nothing that has a meaning in a key or in a member. */
const plainName = /^[\w-]{1,128}$/;
const eventIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const leaseIdPattern = /^[\w-]{1,64}$/;

/**
 * The keys of an event: its state and its leases, both under one hash tag, so that a Redis Cluster
 * keeps them on one node.
 *
 * @throws RangeError for an id that is no lower-case UUID: input must not be able to name other keys.
 */
export function keysOf(prefix: string, eventId: string): readonly [state: string, leases: string] {
  requireEventId(eventId);
  return [`${prefix}:{event:${eventId}}:state`, `${prefix}:{event:${eventId}}:leases`];
}

/** The registry of active events. */
export function registryKeyOf(prefix: string): string {
  return `${prefix}:active-events`;
}

/** Which database's processes work under this prefix. */
export function deploymentKeyOf(prefix: string): string {
  return `${prefix}:deployment`;
}

/** A key that holds nothing: writing it shows that Redis takes writes. */
export function trialKeyOf(prefix: string): string {
  return `${prefix}:trial`;
}

/** @throws RangeError unless it is made of letters, digits, - and _. */
export function requirePrefix(prefix: string): void {
  if (!plainName.test(prefix)) throw new RangeError('A prefix has letters, digits, - and _ only.');
}

/** @throws RangeError unless it is a UUID in small letters. */
export function requireEventId(eventId: string): void {
  if (!eventIdPattern.test(eventId)) {
    throw new RangeError('An event is named by a UUID in small letters.');
  }
}

/**
 * The members of the set of leases that these stand for.
 *
 * @throws RangeError for more than `countMax`, or one that is out of bounds.
 * @example membersOf([{ leaseId: 'a', quantity: 2 }], 500) // ['a:2']
 */
export function membersOf(asks: readonly Ask[], countMax: number): string[] {
  requireCount(asks, countMax);
  return asks.map(({ leaseId, quantity }) => {
    if (!leaseIdPattern.test(leaseId)) {
      throw new RangeError('A lease id has 1 to 64 letters, digits, - and _ only.');
    }
    if (!Number.isSafeInteger(quantity) || quantity < 0 || quantity > quantityMax) {
      throw new RangeError(`A lease is for 0 to ${quantityMax} seats, not ${quantity}.`);
    }
    return `${leaseId}:${quantity}`;
  });
}

/** @throws RangeError for more than `countMax`. */
export function requireCount(values: readonly unknown[], countMax: number): void {
  if (values.length > countMax) {
    throw new RangeError(`At most ${countMax} in one call, not ${values.length}: split them.`);
  }
}
