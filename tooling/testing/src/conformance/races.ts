import { expect, test } from 'vitest';
import { startTcpProxy } from '../tcp-proxy.ts';
import {
  type AskedOfSeller,
  callerCount,
  claimOf,
  type SaleGrounds,
  type Seller,
} from './grounds.ts';

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

  test('of which one decides before the other writes and writes after it: the claim counts once', async () => {
    const { told, harm } = await crossed(groundsNow(), {
      slow: (seller, { hold }) => seller.give('confirm', hold),
      meanwhile: (seller, { hold }) => seller.give('cancel', hold),
    });
    expect(told).toEqual(['booking_cancelled', 'cancelled']);
    expect(harm).toEqual([]);
  });

  test('of which one takes the last pieces before the other writes, has one winner', async () => {
    const { told, harm } = await crossed(groundsNow(), {
      slow: (seller, { hold }) => seller.give('book', claimOf(hold.itemId, 'bob', 2)),
      meanwhile: (seller, { hold }) => seller.give('book', claimOf(hold.itemId, 'eve', 2)),
    });
    expect(told).toEqual(['sold_out', 'confirmed']);
    expect(harm).toEqual([]);
  });
}

interface Crossing {
  readonly hold: AskedOfSeller;
}

/** What two sellers do. The write of the first is held up until the other is done: it was decided upon what is old then. */
interface Crossed {
  readonly slow: (seller: Seller, crossing: Crossing) => Promise<string>;
  readonly meanwhile: (seller: Seller, crossing: Crossing) => Promise<string>;
}

async function crossed(grounds: SaleGrounds, { slow, meanwhile }: Crossed) {
  await using proxy = await startTcpProxy(grounds.url);
  const far = await grounds.openSeller(proxy.url);
  const near = await grounds.openSeller(grounds.url);
  const itemId = await grounds.stock(4);
  const hold = claimOf(itemId, 'ann');
  await far.give('reserve', hold);
  // With it no counter falls below 0, whatever goes wrong: the CHECKs would hide that.
  await far.give('reserve', claimOf(itemId, 'zoe'));
  let toldMeanwhile = '';
  const until = async () => (toldMeanwhile = await meanwhile(near, { hold }));
  proxy.holdNext({ when: grounds.writeMark, until });
  const told = [await slow(far, { hold }), toldMeanwhile];
  const harm = await grounds.harmTo(itemId, 4);
  await far.close();
  await near.close();
  return { told, harm };
}
