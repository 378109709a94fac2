import { withDatabase } from '@holdfast/cli/parts';
import { audit } from '@holdfast/data';

/** How many rows of the whole database violate an invariant. */
export function countViolations(url: string): Promise<number> {
  return withDatabase({ url, applicationName: 'holdfast-audit' }, async (database) => {
    const { violationCount } = await audit(database, { eventId: null });
    return violationCount;
  });
}
