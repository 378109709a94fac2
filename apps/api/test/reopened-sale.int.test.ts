import { randomUUID } from 'node:crypto';
import type { OrganizerCommand } from '@holdfast/domain';
import { freshPrefix, redisFlavours } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadlineAfter } from '../src/http/deadline.ts';
import { migratedDatabase } from './api.ts';
import {
  cancel,
  claim,
  openWorkingEntrance,
  sellEvent,
  soldOut,
  type TestEntrance,
} from './entrances.ts';

const organizerId = 'olga';

function order({ entrance }: TestEntrance, eventId: string, command: OrganizerCommand) {
  return entrance.submit(eventId, { command, isFirstAttempt: false }, deadlineAfter(8_000));
}

describe.each(redisFlavours())('a sale that is opened again, on $name', ({ url }) => {
  let near: TestEntrance;
  let far: TestEntrance;

  beforeAll(async () => {
    const databaseUrl = await migratedDatabase();
    const options = { databaseUrl, redisUrl: url, prefix: freshPrefix() };
    near = await openWorkingEntrance(options);
    far = await openWorkingEntrance(options);
  });

  afterAll(async () => {
    await Promise.all([near.close(), far.close()]);
  });

  test('sells at once what came back while it was closed, though both processes had said sold out', async () => {
    const eventId = await sellEvent(near.database, 1);
    const processes = [near, far] as const;
    let last: string = randomUUID();
    expect(await claim(near, eventId, { bookingId: last })).toMatchObject({ status: 'accepted' });
    for (let round = 0; round < 5; round += 1) {
      // From memory and from Redis, by each of the two.
      for (const process of [...processes, ...processes]) {
        expect(await claim(process, eventId)).toMatchObject(soldOut);
      }
      await order(near, eventId, { type: 'close', organizerId, as: 'closed' });
      expect(await cancel(far, eventId, { bookingId: last })).toMatchObject({ status: 'accepted' });
      expect(await claim(near, eventId)).toMatchObject({ reason: 'event_closed' });
      await order(far, eventId, { type: 'open', organizerId });
      last = randomUUID();
      const buyer = processes[round % 2] ?? near;
      expect(await claim(buyer, eventId, { bookingId: last })).toMatchObject({
        status: 'accepted',
      });
    }
  });
});
