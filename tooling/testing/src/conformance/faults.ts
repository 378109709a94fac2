import { expect, test } from 'vitest';
import { startTcpProxy } from '../tcp-proxy.ts';
import {
  type AskedOfSeller,
  callerCount,
  claimOf,
  type SaleGrounds,
  type Seller,
  withSeller,
} from './grounds.ts';

/** At every fault that a server, a wire or an administrator can make of it. */
export function testFaults(groundsNow: () => SaleGrounds): void {
  testCuts(groundsNow);
  testDoubt(groundsNow);
  test('that ends every backend under a crowd loses nothing that was told, and doubles nothing', async () => {
    await endBackends(groundsNow());
  });
}

function testCuts(groundsNow: () => SaleGrounds): void {
  test.each(['before_request', 'before_answer'] as const)(
    'that cuts the wire at the write (%s) is fixed by doing it again: one effect',
    async (cut) => {
      const grounds = groundsNow();
      await using proxy = await startTcpProxy(grounds.url);
      await withSeller(grounds, proxy.url, async (seller) => {
        const itemId = await grounds.stock(5);
        proxy.cutNext({ cut, when: grounds.writeMark });
        expect(await seller.give('book', claimOf(itemId, 'ann', 2))).toBe('confirmed');
        expect(proxy.cutCount).toBe(1);
        expect(await grounds.takenOf(itemId)).toBe(2);
      });
    },
  );

  test.each(['before_request', 'before_answer'] as const)(
    'that keeps it cut (%s) leaves the claim unknown, and the same id settles it',
    async (cut) => {
      const grounds = groundsNow();
      await using proxy = await startTcpProxy(grounds.url);
      await withSeller(grounds, proxy.url, async (seller) => {
        const itemId = await grounds.stock(5);
        const claim = claimOf(itemId, 'ann', 2);
        proxy.cutNext({ cut, when: grounds.writeMark, first: () => proxy.cut() });
        expect(await seller.give('book', claim)).toBe('unknown');
        proxy.restore();
        expect(await seller.give('book', claim)).toBe('confirmed');
        expect(await grounds.takenOf(itemId)).toBe(2);
      });
    },
  );
}

function testDoubt(groundsNow: () => SaleGrounds): void {
  test('never turns a command that may have happened into a refusal', async () => {
    const grounds = groundsNow();
    await using proxy = await startTcpProxy(grounds.url);
    await withSeller(grounds, grounds.url, async (direct) => {
      await withSeller(grounds, proxy.url, async (seller) => {
        const itemId = await grounds.stock(1);
        const claim = claimOf(itemId, 'ann');
        await direct.give('reserve', claim);
        // It is confirmed; before it can be read again, it is cancelled from elsewhere.
        const first = () => direct.give('cancel', claim);
        proxy.cutNext({ cut: 'before_answer', when: grounds.writeMark, first });
        expect(await seller.give('confirm', claim)).toBe('unknown');
      });
    });
  });

  test('before anything is in doubt is DatabaseUnavailable, and nothing is written', async () => {
    const grounds = groundsNow();
    await using proxy = await startTcpProxy(grounds.url);
    await withSeller(grounds, proxy.url, async (seller) => {
      const itemId = await grounds.stock(5);
      const claim = claimOf(itemId, 'ann');
      proxy.cut();
      await expect(seller.give('book', claim)).rejects.toMatchObject({
        name: 'DatabaseUnavailable',
      });
      expect(await grounds.takenOf(itemId)).toBe(0);
      proxy.restore();
      expect(await seller.give('book', claim)).toBe('confirmed');
    });
  });
}

async function endBackends(grounds: SaleGrounds): Promise<void> {
  await withSeller(grounds, grounds.url, async (seller) => {
    const itemId = await grounds.stock(callerCount);
    const claims = Array.from({ length: callerCount }, (_, n) => claimOf(itemId, `user ${n}`));
    const giveAll = async () => await Promise.all(claims.map((claim) => bookOrFail(seller, claim)));
    const giving = giveAll();
    await grounds.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const allowed = ['confirmed', 'unknown', 'DatabaseUnavailable', 'CommitContended'];
    expect((await giving).filter((word) => !allowed.includes(word))).toEqual([]);
    expect(new Set(await giveAll())).toEqual(new Set(['confirmed']));
    expect(await grounds.takenOf(itemId)).toBe(callerCount);
    expect(await grounds.harmTo(itemId, callerCount)).toEqual([]);
  });
}

/** What was told, or the name of the fault. */
async function bookOrFail(seller: Seller, claim: AskedOfSeller): Promise<string> {
  try {
    return await seller.give('book', claim);
  } catch (error) {
    return error instanceof Error ? error.name : 'thrown';
  }
}
