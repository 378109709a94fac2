import { expect, test } from 'vitest';
import { callerCount, claimOf, type SaleGrounds } from './grounds.ts';

export function testRaces(groundsNow: () => SaleGrounds): void {
  test('sells every piece, none twice, and one claim a user', async () => {
    const grounds = groundsNow();
    const itemId = await grounds.stock(20);
    const sellers = await Promise.all([1, 2].map(() => grounds.openSeller(grounds.url)));
    const told = await Promise.all(
      sellers.flatMap((seller) =>
        Array.from({ length: callerCount }, (_, caller) =>
          // Each user comes to both processes.
          seller.give('book', claimOf(itemId, `user ${caller}`)),
        ),
      ),
    );
    expect(told.filter((word) => word === 'confirmed')).toHaveLength(20);
    expect(new Set(told)).toEqual(new Set(['confirmed', 'sold_out', 'bookings_over_limit']));
    expect(await grounds.takenOf(itemId)).toBe(20);
    expect(await grounds.harmTo(itemId, 20)).toEqual([]);
    for (const seller of sellers) await seller.close();
  });

  test('for one claim, to confirm and to cancel it, counts once', async () => {
    const grounds = groundsNow();
    const itemId = await grounds.stock(callerCount);
    const one = await grounds.openSeller(grounds.url);
    const other = await grounds.openSeller(grounds.url);
    const holds = Array.from({ length: callerCount / 2 }, (_, n) => claimOf(itemId, `user ${n}`));
    await Promise.all(holds.map((hold) => one.give('reserve', hold)));
    await Promise.all(
      holds.flatMap((hold) => [one.give('confirm', hold), other.give('cancel', hold)]),
    );
    expect(await grounds.harmTo(itemId, callerCount)).toEqual([]);
    await one.close();
    await other.close();
  });
}
