import { expect, test } from 'vitest';
import { claimOf, type SaleGrounds, withSeller } from './grounds.ts';

export function testIdempotency(groundsNow: () => SaleGrounds): void {
  test('has one effect, however often it is sent, alone or at once', async () => {
    const grounds = groundsNow();
    await withSeller(grounds, grounds.url, async (seller) => {
      const itemId = await grounds.stock(10);
      const claim = claimOf(itemId, 'ann', 2);
      const told = await Promise.all([1, 2, 3].map(() => seller.give('book', claim)));
      expect([...told, await seller.give('book', claim)]).toEqual(Array(4).fill('confirmed'));
      expect(await grounds.takenOf(itemId)).toBe(2);
    });
  });

  test('with another content or another user is taken, and a stranger finds nothing under it', async () => {
    const grounds = groundsNow();
    await withSeller(grounds, grounds.url, async (seller) => {
      const itemId = await grounds.stock(10);
      const claim = claimOf(itemId, 'ann', 2);
      expect(await seller.give('reserve', claim)).toBe('held');
      expect(await seller.give('reserve', { ...claim, quantity: 3 })).toBe('id_taken');
      expect(await seller.give('book', { ...claim, userId: 'bob' })).toBe('id_taken');
      expect(await seller.give('cancel', { ...claim, userId: 'bob' })).toBe('booking_not_found');
      expect(await grounds.takenOf(itemId)).toBe(2);
    });
  });

  test('of a hold that lapsed is not confirmed, and its pieces are there for the next', async () => {
    const grounds = groundsNow();
    await withSeller(grounds, grounds.url, async (seller) => {
      const itemId = await grounds.stock(2);
      const hold = claimOf(itemId, 'ann', 2);
      expect(await seller.give('reserve', hold)).toBe('held');
      expect(await seller.give('book', claimOf(itemId, 'bob'))).toBe('sold_out');
      await grounds.lapse(itemId);
      expect(await seller.give('confirm', hold)).toBe('hold_lapsed');
      expect(await seller.give('book', claimOf(itemId, 'bob'))).toBe('confirmed');
      expect(await grounds.harmTo(itemId, 2)).toEqual([]);
    });
  });
}
