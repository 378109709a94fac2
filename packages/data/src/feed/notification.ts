import type { EventStatus } from '@holdfast/domain';
import type { Change } from './feed.ts';

/** The channel of NOTIFY for changes. */
export const feedChannel = 'holdfast_feed';

/** PostgreSQL takes less than 8,000 bytes a notification. A change has at most 140. */
const changeCountPerNotification = 50;

type Packed = readonly [string, number, EventStatus, number, number, number];

/** Changes as the payloads of notifications, in order. */
export function packChanges(changes: readonly Change[]): readonly string[] {
  const payloads: string[] = [];
  for (let start = 0; start < changes.length; start += changeCountPerNotification) {
    const some = changes.slice(start, start + changeCountPerNotification);
    payloads.push(JSON.stringify(some.map(pack)));
  }
  return payloads;
}

/** What `packChanges` has packed. Throws SyntaxError or TypeError on anything else. */
export function unpackChanges(payload: string): readonly Change[] {
  const packed: unknown = JSON.parse(payload);
  if (!Array.isArray(packed) || !packed.every(isPacked)) {
    throw new TypeError(`The feed said what it never says: ${payload}`);
  }
  return packed.map(unpack);
}

function isPacked(value: unknown): value is Packed {
  return Array.isArray(value) && value.length === 6 && typeof value[0] === 'string';
}

function pack(change: Change): Packed {
  const { eventId, version, status, seatCount, availableSeats, heldSeats } = change;
  return [eventId, version, status, seatCount, availableSeats, heldSeats];
}

function unpack([eventId, version, status, seatCount, availableSeats, heldSeats]: Packed): Change {
  return { eventId, version, status, seatCount, availableSeats, heldSeats };
}
