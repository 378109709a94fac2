import { randomBytes } from 'node:crypto';
import { createDatabase } from '@holdfast/services';
import pg from 'pg';
import { freshDatabase } from './fresh-database.ts';
import { providedServices } from './provided.ts';

/** What all databases begin with that are copies of one. */
export interface Original {
  /** In small letters; the same in every file of the run that means the same. */
  readonly name: string;
  /** Fills the empty database at this URL, and leaves no connection to it open. */
  readonly fill: (url: string) => Promise<void>;
}

/**
 * A new database of its own, as its URL, which goes away with the test run: a copy of one that whoever asks first fills.
 * A copy takes a fraction of what all migrations take, and hundreds of tests want tables.
 *
 * @example const url = await freshCopy({ name: 'tables', fill: migrateAt })
 */
export async function freshCopy({ name, fill }: Original): Promise<string> {
  const { databaseUrl, isDistributed, runName } = providedServices();
  const original = `${runName}_${name}`;
  if (isDistributed) {
    // Of what lies on several nodes there are no copies.
    const url = await freshDatabase();
    await fill(url);
    return url;
  }
  await makeOnce(original, fill);
  return await createDatabase(
    databaseUrl,
    `${runName}_${randomBytes(6).toString('hex')}`,
    original,
  );
}

const made = new Set<string>();

/** Makes it, unless another file of the run has, or does so now. */
async function makeOnce(original: string, fill: Original['fill']): Promise<void> {
  if (made.has(original)) return;
  const client = new pg.Client({ connectionString: providedServices().databaseUrl });
  await client.connect();
  try {
    // It goes with the connection.
    await client.query('select pg_advisory_lock(hashtext($1))', [original]);
    const found = await client.query('select from pg_database where datname = $1', [original]);
    if (found.rowCount === 0) {
      const url = await freshDatabase();
      await fill(url);
      // It has its name once it is whole.
      await client.query(`alter database ${new URL(url).pathname.slice(1)} rename to ${original}`);
    }
    made.add(original);
  } finally {
    await client.end();
  }
}
