/** A letter, digit, - or _: nothing that has a meaning in a key. */
const plainName = /^[\w-]{1,128}$/;
const eventIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The key of an event's standing. Its hash tag keeps all that is of an event on one node of a Redis Cluster.
 *
 * @throws RangeError for an id that is no lower-case UUID: input must not be able to name other keys.
 */
export function standingKeyOf(prefix: string, eventId: string): string {
  if (!eventIdPattern.test(eventId)) {
    throw new RangeError('An event is named by a UUID in small letters.');
  }
  return `${prefix}:{event:${eventId}}:standing`;
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

/** @throws RangeError unless it is made of letters, digits, - and _. */
export function requireFence(fence: string): string {
  if (plainName.test(fence)) return fence;
  throw new RangeError('The id of a fence has 1 to 128 letters, digits, - and _ only.');
}
