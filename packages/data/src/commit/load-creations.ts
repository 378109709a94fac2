import type { EventCreated } from '@holdfast/domain';
import type { Pool, PoolClient } from 'pg';
import { millisecondsOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

const creationQuery = statement(
  'load_creation',
  // Events that were made before there were pauses and deadlines have none.
  `select ${millisecondsOf('at')} as at,
     facts || jsonb_build_object(
       'policy',
       jsonb_build_object('holdPauseMs', 0, 'cancelDeadlineMs', null, 'holdExtensionMaxMs', 0,
          'extendsWhenSoldOut', true) || (facts -> 'policy')
     ) as facts
   from ledger
   where event_id = :eventId::uuid and version = 1 and type = 'event_created'`,
);

interface CreationRow {
  readonly at: number;
  readonly facts: Omit<EventCreated, 'type' | 'at'>;
}

/**
 * How these events were made, by their ids. It is needed for the rare `create` of an event that is
 * there already. A creation never changes, so it may be read after the rest.
 */
export async function loadCreations(
  connection: Pool | PoolClient,
  eventIds: readonly string[],
): Promise<ReadonlyMap<string, EventCreated>> {
  const creations = new Map<string, EventCreated>();
  for (const eventId of eventIds) {
    const { rows } = await connection.query<CreationRow>(creationQuery({ eventId }));
    const [row] = rows;
    if (row !== undefined) {
      creations.set(eventId, { ...row.facts, type: 'event_created', at: row.at });
    }
  }
  return creations;
}
