import { afterAll, beforeAll, describe } from 'vitest';
import { testFaults } from './faults.ts';
import type { SaleGrounds } from './grounds.ts';
import { testIdempotency } from './idempotency.ts';
import { testRaces } from './races.ts';

export type { SaleGrounds, Seller } from './grounds.ts';

/**
 * What every sale has to hold, whoever wrote its statements: one effect an id, no piece twice, and no answer
 * that is not true where the wire breaks. One suite for our own tables and for those of a team.
 *
 * @example testConformance('tables of a team', openShopGrounds)
 */
export function testConformance(name: string, open: () => Promise<SaleGrounds>): void {
  describe(`the sale of ${name}`, () => {
    let grounds: SaleGrounds;
    beforeAll(async () => {
      grounds = await open();
    });
    afterAll(() => grounds.close());
    describe('an id', () => {
      testIdempotency(() => grounds);
    });
    describe('a race of two processes', () => {
      testRaces(() => grounds);
    });
    describe('a fault', () => {
      testFaults(() => grounds);
    });
  });
}
