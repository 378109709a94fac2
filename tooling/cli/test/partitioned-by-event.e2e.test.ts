import { createHoldfastClient } from '@holdfast/client';
import { partitionByEvent, partitionTable } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Stack } from '../src/stack/stack.ts';
import { makeUsers } from '../src/load/load.ts';
import { openEvent } from '../src/load/target.ts';
import { withDatabase } from '../src/servers/database.ts';
import { runCommand } from './command.ts';
import { envOf, startGivenStack, tamper } from './stack-for-test.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startGivenStack({ processCount: 2, sharesPort: true });
});
afterAll(() => stack[Symbol.asyncDispose]());

/** All events in the same partition have a chance of 3 in 3 to the 20th. */
const eventCount = 20;

test('the tables can be partitioned by event: each row lives where its event does, and every promise holds', async () => {
  await tamper(stack, partitionByEvent());
  await Promise.all(Array.from({ length: eventCount }, bookOnNewEvent));
  const args = ['stress', '--url', stack.url, '--users', '300', '--seats', '200', '--json'];
  const { exitCode, stdout, stderr } = await runCommand(args, envOf(stack));
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(stdout)).toMatchObject({ confirmed: 200, refused: 100, verdict: 'pass' });
  expect((await runCommand(['audit'], envOf(stack))).exitCode).toBe(0);
  expect(await partitionsOfBookings()).toBeGreaterThan(1);
});

test.each([
  ['bookings', 'user_id'],
  ['ledger', 'booking_id'],
])('by another column PostgreSQL refuses to partition: %s by %s', async (table, column) => {
  await expect(tamper(stack, `begin; ${partitionTable(table, column)} commit;`)).rejects.toThrow(
    'unique constraint on partitioned table must include all partitioning columns',
  );
});

async function bookOnNewEvent(): Promise<void> {
  const eventId = await openEvent(stack, { seatCount: 1 });
  const [user] = makeUsers(stack, 1);
  const { booking } = createHoldfastClient({ url: stack.url, token: user?.token ?? '' });
  expect(await booking.book({ eventId, quantity: 1 })).toMatchObject({ status: 'confirmed' });
}

async function partitionsOfBookings(): Promise<number> {
  return await withDatabase({ url: stack.databaseUrl }, async ({ pool }) => {
    const { rows } = await pool.query('select distinct tableoid from bookings');
    return rows.length;
  });
}
