import type { Database } from '@holdfast/data';
import { type LedgerEntry, replay, type State, type Transition } from '@holdfast/domain';

interface Row {
  readonly version: number;
  readonly type: string;
  readonly at: Date | string;
  readonly booking_id: string | null;
  readonly user_id: string | null;
  readonly ordinal: number | null;
  readonly quantity: number;
  readonly from_status: string | null;
  readonly expires_at: Date | string | null;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly facts: { readonly by?: string } | null;
}

/** The state that the ledger in the database leads to, by the rules' own `replay`. */
export async function replayFromDatabase(database: Database, eventId: string): Promise<State> {
  const { rows } = await database.pool.query<Row>(
    'select * from ledger where event_id = $1 order by version, position',
    [eventId],
  );
  return replay(rows.map(entryOf));
}

function entryOf(row: Row): LedgerEntry {
  const at = new Date(row.at).getTime();
  const transition =
    row.booking_id === null
      ? { type: row.type, at, ...row.facts }
      : {
          type: row.type,
          at,
          bookingId: row.booking_id,
          userId: row.user_id,
          ordinal: row.ordinal,
          quantity: row.quantity,
          ...(row.type === 'booking_quantity_changed'
            ? {}
            : { from: row.from_status ?? 'nothing' }),
          ...(row.type === 'booking_cancelled' ? { by: 'user' } : {}),
          ...row.facts,
          ...(row.actor === null
            ? {}
            : { actor: { role: row.facts?.by, id: row.actor, reason: row.reason } }),
          ...(row.expires_at === null ? {} : { expiresAt: new Date(row.expires_at).getTime() }),
        };
  // The row was written from a transition, and this test is what shows that it can be read back.
  return { version: row.version, transition: transition as Transition };
}
