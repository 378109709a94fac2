import { randomUUID } from 'node:crypto';
import { createKnownEvents } from '@holdfast/data';
import { decideGroup, stateOf } from '@holdfast/domain';
import { describe, expect, test } from 'vitest';
import { createOf } from './fixture.ts';

/** An event of which the commits of these versions have ended, in this order. */
function heardOf(...versions: readonly number[]) {
  const { event } = decideGroup(stateOf(null, []), [createOf(randomUUID())], 0).after;
  if (event === null) throw new Error('The event is made.');
  const known = createKnownEvents();
  for (const version of versions)
    known.remember({ event: { ...event, version }, nextLapseAt: null });
  return {
    known,
    eventId: event.id,
    versionNow: () => known.find(event.id)?.event.version ?? null,
  };
}

describe('what is known of an event', () => {
  test('is what the newest commit left, though the answer to an older one comes later', () => {
    expect(heardOf(2, 4, 3).versionNow()).toBe(4);
  });

  test('is what was read last, where two readings are of one version', () => {
    const { known, eventId } = heardOf(2);
    const last = known.find(eventId);
    if (last === null) throw new Error('The event is known.');
    known.remember({ ...last, nextLapseAt: 7 });
    expect(known.find(eventId)?.nextLapseAt).toBe(7);
  });

  test('is forgotten where a decision upon it failed, so that a database that was set back is believed', () => {
    const { known, eventId } = heardOf(9);
    known.distrust(eventId);
    expect(known.freeSeats(eventId)).toBeNull();
  });
});
