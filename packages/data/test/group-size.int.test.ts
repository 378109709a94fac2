import { randomUUID } from 'node:crypto';
import { type Database, openDatabase } from '@holdfast/data';
import { type BookingCommand, lapsedHoldCountMax } from '@holdfast/domain';
import { countPlanRows, explainingOptions, onOneServer } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commitAs, commitOne, eventOnSale, lapseHolds, openFresh, reserveBy } from './fixture.ts';

/*
 * A plan is made once a connection, so it may be one for a few rows and then be given two thousand.
 * What a commit costs has to grow with its group, and not with the square of it: counted here in the
 * rows that the nodes of its plans handle.
 */

const groupSize = lapsedHoldCountMax;
/** A statement for bookings has some twenty nodes. A square would be 2,000 rows a command. */
const rowsPerCommandMax = 60;

let database: Database;
let rowsHandledBy: ReturnType<typeof countPlanRows>;
onOneServer('each node plans by itself, and what it plans is not told', () => {
  beforeAll(async () => {
    const { database: plain, url } = await openFresh();
    await plain.close();
    const address = new URL(url);
    address.searchParams.set('options', explainingOptions);
    // One connection for commits: what it plans for a few rows it uses for many.
    database = await openDatabase({ url: address.href, poolSizeMax: 2 });
    rowsHandledBy = countPlanRows(database.commitPool);
    await everyKindOfCommit(20);
  });
  afterAll(() => database.close());

  /** The rows that each kind of commit handles for one of so many commands. */
  async function everyKindOfCommit(size: number): Promise<Readonly<Record<string, number>>> {
    const event = () => eventOnSale(database, { total: 2 * size });
    const eventId = await event();
    const claims = claimsOf(size);
    const each = (type: 'confirm' | 'cancel') =>
      claims.map(({ bookingId, userId }): BookingCommand => ({ type, bookingId, userId }));
    const give = async (commands: readonly BookingCommand[]) => {
      const count = await rowsHandledBy(async () => {
        const outcomes = await commitOne(database, eventId, commands);
        expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['accepted']));
      });
      return count / commands.length;
    };
    const counts = {
      reserve: await give(claims),
      confirm: await give(each('confirm')),
      cancel: await give(each('cancel')),
      reserveFromMemory: await together([{ eventId, commands: claimsOf(size) }], true),
    };
    await lapseHolds(database, eventId);
    const sweep = { type: 'expire', bookingCountMax: size } as const;
    const expire = await rowsHandledBy(() => commitOne(database, eventId, [sweep]));
    const eventIds = await Promise.all(Array.from({ length: size / 10 }, event));
    const oneEach = () => eventIds.map((id) => ({ eventId: id, commands: claimsOf(1) }));
    return {
      ...counts,
      expire: expire / size,
      manyRead: await together(oneEach(), false),
      manyFromMemory: await together(oneEach(), true),
    };
  }

  interface Claims {
    readonly eventId: string;
    readonly commands: readonly BookingCommand[];
  }

  async function together(groups: readonly Claims[], isFirstAttempt: boolean): Promise<number> {
    const count = await rowsHandledBy(() =>
      Promise.all(
        commitAs(
          database,
          groups.map((group) => ({ ...group, isFirstAttempt })),
        ),
      ),
    );
    return count / groups.flatMap(({ commands }) => commands).length;
  }

  function claimsOf(size: number) {
    return Array.from({ length: size }, () => reserveBy(randomUUID()));
  }

  describe('what a commit costs', () => {
    test('grows with its group, not with the square of it', async () => {
      const counts = await everyKindOfCommit(groupSize);
      for (const [kind, count] of Object.entries(counts)) {
        expect(count, `${kind}, rows a command`).toBeGreaterThan(1);
        expect(count, `${kind}, rows a command`).toBeLessThan(rowsPerCommandMax);
      }
    });

    test('negative control: a join that compares each with each would be noticed', async () => {
      const count = await rowsHandledBy(() =>
        database.commitPool.query(
          `select count(*) from generate_series(1, ${groupSize}) a, generate_series(1, ${groupSize}) b
         where a + b = 0`,
        ),
      );
      expect(count / groupSize).toBeGreaterThan(rowsPerCommandMax);
    });
  });
});
