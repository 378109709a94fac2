import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from 'bullmq';
import type { Client } from 'pg';
import { jobsSchema, queueName } from './queue-names.ts';

export { jobsSchema, queueName };

/** What is used of a connection. */
type Session = Pick<Client, 'query'>;

/**
 * Makes BullMQ's tables where they are missing or older than this release. Only that needs the right
 * to create a schema in the database.
 *
 * @example await ensureJobsSchema(client)
 */
export async function ensureJobsSchema(client: Session): Promise<void> {
  if ((await schemaVersion(client)) < LATEST_SCHEMA_VERSION) {
    await runMigrations(client, jobsSchema);
  }
}

/**
 * The same, and makes the sequence of job ids. BullMQ would make it for the first job. After this,
 * nobody who uses the queue needs the right to create anything.
 */
export async function prepareJobsSchema(client: Session): Promise<void> {
  await ensureJobsSchema(client);
  // It makes the sequence where that is missing. The number that it takes is not used.
  await client.query(`select ${jobsSchema}.next_job_id($1)`, [queueName]);
}

async function schemaVersion(client: Session): Promise<number> {
  try {
    return await assertSchemaCompatibility(client, jobsSchema);
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return 0;
    throw error;
  }
}
