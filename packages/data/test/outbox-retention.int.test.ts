import { audit, type Database, findOldOutbox, readFeed, removeOutbox } from '@holdfast/data';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventOnSale, expectSound, give, openFresh, reserveBy } from './fixture.ts';
import { rowCounts, soon, tellAll } from './retired.ts';

let database: Database;
beforeAll(async () => {
  ({ database } = await openFresh());
});
afterAll(() => database.close());

/** An event of five versions, of which the last two were not delivered. */
async function halfTold(): Promise<string> {
  const eventId = await eventOnSale(database, { policy: { holdDurationMs: 3_600_000 } });
  for (const user of ['ann', 'bob']) await give(database, eventId, reserveBy(user));
  await tellAll(database);
  for (const user of ['cat', 'dan']) await give(database, eventId, reserveBy(user));
  return eventId;
}

const remove = (eventId: string, rowCountMax = 100, before = soon()) =>
  removeOutbox(database, eventId, { before, rowCountMax });

test('delivered rows go, the oldest first and some at a time; what is pending stays', async () => {
  const eventId = await halfTold();
  expect(await remove(eventId, 1)).toBe(1);
  await expectSound(database);
  expect(await remove(eventId)).toBe(2);
  expect(await remove(eventId)).toBe(0);
  await expectSound(database);
  const feed = await readFeed(database, { eventId, afterVersion: 0, limit: 100 });
  expect(feed.map(({ version }) => version)).toEqual([4, 5]);
});

test('the last row stays for ever, so that the feed goes on from it', async () => {
  const eventId = await halfTold();
  await tellAll(database);
  expect(await remove(eventId)).toBe(4);
  expect((await rowCounts(database, eventId)).outbox).toBe(1);
  await give(database, eventId, reserveBy('eve'));
  await expectSound(database);
});

test('what was delivered later than that stays', async () => {
  const eventId = await halfTold();
  expect(await remove(eventId, 100, Date.now() - 3_600_000)).toBe(0);
});

test('events with old rows are found page by page, and the search ends', async () => {
  const eventId = await halfTold();
  const found: string[] = [];
  let after = null;
  do {
    const page: Awaited<ReturnType<typeof findOldOutbox>> = await findOldOutbox(database, {
      after,
      before: soon(),
      limit: 2,
    });
    found.push(...page.eventIds);
    after = page.next;
  } while (after !== null);
  expect(found).toContain(eventId);
  const none = await findOldOutbox(database, { after: null, before: 0, limit: 2 });
  expect(none).toEqual({ eventIds: [], next: null });
});

test.each([
  ['somebody else removed the oldest', 'delete from outbox where event_id = $1 and version = 3'],
  ['a row is missing in between', 'delete from outbox where event_id = $1 and version = 4'],
  [
    'one came back',
    `insert into outbox select event_id, 1, at, status, seat_count, available_seats, held_seats, at from outbox where event_id = $1 and version = 4`,
  ],
])('I6 finds that %s', async (_, tamper) => {
  const eventId = await halfTold();
  await removeOutbox(database, eventId, { before: soon(), rowCountMax: 2 });
  expect((await audit(database, { eventId })).violationCount).toBe(0);
  await database.pool.query(tamper, [eventId]);
  const { invariants } = await audit(database, { eventId });
  expect(invariants.find(({ id }) => id === 'I6')?.violations).toHaveLength(1);
});
