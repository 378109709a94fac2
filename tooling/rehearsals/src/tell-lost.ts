import type { DetailedChaosReport } from '@holdfast/cli/parts';
import { queryOnce } from '@holdfast/services';
import type { Watching } from './rehearsal.ts';

/** More of them say nothing more of the cause. */
const toldCountMax = 5;

interface Step {
  readonly type: string;
  readonly at: string;
}

/**
 * Tells which invariants are violated, and what was asked and answered of each booking that is not as its user was told, and what the ledger says
 * of it, while the database is still there.
 */
export async function tellLost(
  { callsOfLost, violationsById }: DetailedChaosReport,
  databaseUrl: string,
  { steps }: Watching,
): Promise<void> {
  const violated = Object.entries(violationsById).map(([id, count]) => `${id} ${count}`);
  if (violated.length > 0) steps.note(`Violated: ${violated.join(', ')}`);
  const byBooking = Map.groupBy(callsOfLost, ({ bookingId, replaces }) => replaces ?? bookingId);
  for (const [bookingId, calls] of [...byBooking].slice(0, toldCountMax)) {
    const { rows } = await queryOnce<Step>(databaseUrl, ledger, { values: [bookingId] });
    const kept = rows.map(({ type, at }) => `${type} ${at}`).join(', ') || 'nothing';
    steps.note(`Of the booking ${bookingId} the ledger has: ${kept}. Its calls:`);
    for (const { type, sentAtMs, answeredAtMs, result } of calls) {
      const times = `${Math.round(sentAtMs)} to ${Math.round(answeredAtMs)} ms`;
      steps.note(`  ${type}, ${times}: ${JSON.stringify(result)}`);
    }
  }
}

const ledger = `
  select l.type, to_char(o.at, 'HH24:MI:SS.MS') as at from ledger l
  join outbox o using (event_id, version) where l.booking_id = $1 order by version, position`;
