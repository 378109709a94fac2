import { describe } from 'vitest';
import { providedServices } from './provided.ts';
import { oneServerOnly } from './skipped-for.ts';

/**
 * Tests of what is otherwise where tables are distributed. On a Citus cluster (`HOLDFAST_CITUS_URL`) they are skipped,
 * in a group whose name says why, and the end of the run counts them by reason.
 *
 * @example
 * onOneServer('Citus takes no trigger', () => {
 *   test('the ledger cannot be changed', async () => {});
 * });
 */
export function onOneServer(reason: string, tests: () => void): void {
  const { isDistributed } = providedServices();
  describe.skipIf(isDistributed)(`${oneServerOnly}${reason}`, () => {
    tests();
  });
}
