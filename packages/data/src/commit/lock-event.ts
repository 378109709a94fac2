import type { PoolClient } from 'pg';
import { statement } from '../sql/statement.ts';

const lockOne = statement('lock_event', 'select from events where id = :eventId::uuid for update');

/** Waits for the lock of an event's row, and has it until the transaction ends. */
export async function lockEvent(client: PoolClient, eventId: string): Promise<void> {
  await client.query(lockOne({ eventId }));
}
