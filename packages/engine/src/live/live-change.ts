import type { Change } from '@holdfast/data';

/** What everybody who may see an event may watch of it: what it looked like at a version. */
export type LiveChange = Omit<Change, 'eventId'>;

/** Some changes of an event, in order of version and without a gap. */
export interface LiveUpdate {
  /** Changes in between are left out: this is the state from which it goes on. */
  readonly restarted: boolean;
  readonly changes: readonly LiveChange[];
}

/** Field by field, so that what a change gains inside does not leave by itself. */
export function liveChange({
  version,
  status,
  seatCount,
  availableSeats,
  heldSeats,
}: LiveChange): LiveChange {
  return { version, status, seatCount, availableSeats, heldSeats };
}

/** The last version in it. */
export function lastVersionOf({ changes }: LiveUpdate): number {
  return changes.at(-1)?.version ?? 0;
}

/**
 * Do these follow upon this version, one by one?
 *
 * @example isUnbroken(4, [{ version: 5 }, { version: 6 }]) // true
 */
export function isUnbroken(version: number, changes: readonly { version: number }[]): boolean {
  return changes.every((change, index) => change.version === version + 1 + index);
}
