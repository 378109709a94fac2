import type { Pool } from 'pg';
import type { Violation } from '../audit.ts';
import type { Told } from './guests.ts';

/** Which statuses a row may have whose guest was told this last. Of a refusal there is no row that takes a table. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  confirmed: ['confirmed'],
  cancelled: ['cancelled'],
  held: ['held', 'expired'],
};

/**
 * Compares what guests were told with what is there: whoever was told of a reservation has it, and
 * nobody has one that they were not told of.
 */
export async function compare(pool: Pool, told: readonly Told[]): Promise<readonly Violation[]> {
  const { rows } = await pool.query<{ id: string; guestId: string; status: string }>(
    'select id, guest_id as "guestId", status from restaurant.reservations',
  );
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const ids = new Set(told.map(({ id }) => id));
  const isWrong = ({ id, userId, answer }: Told) => {
    const row = rowOf.get(id);
    const statuses = allowed[answer];
    if (statuses === undefined) return isCertain(answer) && row?.status === 'confirmed';
    return row === undefined || row.guestId !== userId || !statuses.includes(row.status);
  };
  return [
    {
      rule: 'whoever was told of a reservation has it',
      isOversale: false,
      count: told.filter(isWrong).length,
    },
    {
      rule: 'nobody has a reservation that they were not told of',
      isOversale: false,
      count: rows.filter(({ id }) => !ids.has(id)).length,
    },
  ];
}

/** After a fault, and where the commit stayed in doubt, nobody knows whether it was written. */
function isCertain(answer: string): boolean {
  return answer !== 'unknown' && !answer.startsWith('failed');
}
