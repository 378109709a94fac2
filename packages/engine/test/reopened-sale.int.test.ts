import { randomUUID } from 'node:crypto';
import type { OrganizerCommand } from '@holdfast/domain';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, redisFlavours } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deadlineAfter } from '../src/deadline.ts';
import {
  cancel,
  claim,
  openWorkingEngine,
  sellEvent,
  soldOut,
  type TestEngine,
} from './engine-for-test.ts';

const organizerId = 'olga';

function order({ lanes }: TestEngine, eventId: string, command: OrganizerCommand) {
  return lanes.submit(eventId, { command, isFirstAttempt: false }, deadlineAfter(8_000));
}

describe.each(redisFlavours())('a sale that is opened again, on $name', ({ url }) => {
  let near: TestEngine;
  let far: TestEngine;

  beforeAll(async () => {
    const databaseUrl = await freshTables();
    const options = { databaseUrl, redisUrl: url, prefix: freshPrefix() };
    near = await openWorkingEngine(options);
    far = await openWorkingEngine(options);
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
