import type { EventCreated } from '@holdfast/domain';
import type { Pool, PoolClient } from 'pg';
import { arrayOf } from '../sql/array-literal.ts';
import { millisecondsOf } from '../sql/rows.ts';
import { statement } from '../sql/statement.ts';

const creationsQuery = statement(
  'load_creations',
  // Events that were made before there were pauses and deadlines have none.
  `select event_id, ${millisecondsOf('at')} as at,
     facts || jsonb_build_object(
       'policy',
       jsonb_build_object('holdPauseMs', 0, 'cancelDeadlineMs', null, 'holdExtensionMaxMs', 0,
          'extendsWhenSoldOut', true) || (facts -> 'policy')
     ) as facts
   from ledger
   where event_id = any (:eventIds::uuid[]) and version = 1 and type = 'event_created'`,
);

interface CreationRow {
  readonly event_id: string;
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
  if (eventIds.length === 0) return new Map();
  const query = creationsQuery({ eventIds: arrayOf(eventIds) });
  const { rows } = await connection.query<CreationRow>(query);
  return new Map(
    rows.map(({ event_id, at, facts }) => [event_id, { ...facts, type: 'event_created', at }]),
  );
}
