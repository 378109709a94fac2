import { randomUUID } from 'node:crypto';
import { commitOrders, type Database, openDatabase } from '@holdfast/data';
import type { BookingCommand, OrderCommand, OrderLine } from '@holdfast/domain';
import { onOneServer, providedServices, randomFrom } from '@holdfast/testing';
import { expect, test } from 'vitest';
import {
  commitAs,
  eventOnSale,
  expectSound,
  knownTo,
  openFresh,
  patience,
  reserveBy,
} from './fixture.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`orders race: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const eventCount = 12;
const processCount = 2;
/** Orders that one commit decides together, as a process' lane of orders hands them over. */
const groupSize = 20;
/** Few: what is raced for are the locks, which refused orders take as well. */
const seatCount = 400;
const groupsAtOnce = 4;

const { isDistributed } = providedServices();
/** An order over nodes takes several times as long. */
const fullCount = isDistributed ? 800 : 10_000;

test(`${fullCount} random orders of two processes, among bookings of the same events, meet no deadlock`, async () => {
  const told = await race(fullCount, null);
  expect(told.deadlockCount).toBe(0);
  expect(told.failedCount).toBe(0);
  expect(told.statuses['accepted']).toBeGreaterThan(fullCount / 20);
  expect(told.statuses['refused']).toBeGreaterThan(fullCount / 20);
  expect(told.bookedCount).toBeGreaterThan(fullCount / 100);
});

onOneServer('there events are locked one by one, and no statement has an order to lose', () => {
  test('without the order of the locks they do, and do no harm', async () => {
    const told = await race(600, ['order by id for update', 'order by random() for update']);
    expect(told.deadlockCount).toBeGreaterThan(0);
  });
});

/** A part of the statement that takes the locks, and what stands there instead. */
type Without = readonly [text: string, instead: string];

/** Orders and single bookings from two processes at once; then the audit, of every event. */
async function race(orderCount: number, without: Without | null) {
  const { database, url } = await openFresh();
  await database.pool.query(quickDeadlocks);
  const policy = { activeBookingsPerUserMax: 1_000 };
  const sketches = Array.from({ length: eventCount }, () => ({ total: seatCount, policy }));
  const eventIds = await Promise.all(sketches.map((sketch) => eventOnSale(database, sketch)));
  const processes = await Promise.all(
    Array.from({ length: processCount }, () =>
      openDatabase({ ...patience(), url, poolSizeMax: 12 }),
    ),
  );
  for (const each of processes) if (without !== null) replaceInStatements(each, without);
  const random = randomFrom(seed);
  const statuses: Record<string, number> = {};
  const groups = Array.from({ length: orderCount / groupSize }, () =>
    Array.from({ length: groupSize }, () => randomOrder(eventIds, random)),
  );
  let [failedCount, bookedCount] = [0, 0];
  async function orders(process: Database): Promise<void> {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      try {
        const { outcomes } = await commitOrders(process, group, knownTo(process));
        for (const { status } of outcomes) statuses[status] = (statuses[status] ?? 0) + 1;
      } catch {
        failedCount += 1;
      }
    }
  }
  /** Groups of every event together, as the lanes of events hand them over: taken, and given back. */
  async function singles(process: Database): Promise<void> {
    while (groups.length > 0) {
      const reserve = reserveBy(randomUUID());
      const cancel = { ...reserve, type: 'cancel' } as const;
      const give = async (command: BookingCommand, isFirstAttempt: boolean) => {
        const ofEach = eventIds.map((eventId) => ({
          eventId,
          commands: [command],
          isFirstAttempt,
        }));
        return (await Promise.all(commitAs(process, ofEach))).flatMap(({ outcomes }) => outcomes);
      };
      const booked = await give(reserve, true).catch(() => []);
      bookedCount += booked.filter(({ status }) => status === 'accepted').length;
      await give(cancel, false).catch(() => []);
    }
  }
  await Promise.all(
    processes.flatMap((process) => [
      singles(process),
      ...Array.from({ length: groupsAtOnce }, () => orders(process)),
    ]),
  );
  await Promise.all(processes.map((each) => each.close()));
  await expectSound(database);
  const deadlockCount = await deadlocksOf(database);
  await database.close();
  return { deadlockCount, failedCount, bookedCount, statuses };
}

const deadlocks = 'select deadlocks::int from pg_stat_database where datname = current_database()';
const deadlocksOfNodes = `
  select sum(result::int)::int as deadlocks from run_command_on_all_nodes($$${deadlocks}$$)`;

/** PostgreSQL's own counter. Who met a deadlock may tell of it a little later. */
async function deadlocksOf({ pool }: Database): Promise<number> {
  const text = isDistributed ? deadlocksOfNodes : deadlocks;
  const { rows } = await pool.query<{ deadlocks: number }>(text);
  return rows[0]?.deadlocks ?? 0;
}

/** A deadlock is noticed at once, and not after a second. */
const quickDeadlocks = `do $$ begin
  execute format('alter database %I set deadlock_timeout = 10', current_database());
end $$`;

/** From now on statements of commits say something else there. */
function replaceInStatements({ commitPool }: Database, [text, instead]: Without): void {
  commitPool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const replaced = (config: unknown, ...rest: unknown[]) => {
      const isNamed = typeof config === 'object' && config !== null && 'text' in config;
      if (!isNamed || typeof config.text !== 'string') return query(config, ...rest);
      return query({ ...config, text: config.text.replace(text, instead) }, ...rest);
    };
    Object.assign(client, { query: replaced });
  });
}

/** Two to five lines of any events in any order, and now and then an order is given back. */
function randomOrder(eventIds: readonly string[], random: () => number): OrderCommand {
  const lines: OrderLine[] = Array.from({ length: 2 + Math.floor(random() * 4) }, () => ({
    eventId: eventIds[Math.floor(random() * eventIds.length)] ?? '',
    quantity: 1 + Math.floor(random() * 2),
  }));
  const userId = `user ${Math.floor(random() * 5_000)}`;
  return { type: 'placeOrder', orderId: randomUUID(), userId, as: 'confirmed', lines };
}
