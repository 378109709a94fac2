import { queryOnce } from '@holdfast/services';
import { Client } from 'pg';

/** Nobody has this name: whoever commits waits for a standby that does not come. */
const absent = `alter system set synchronous_standby_names = 'absent'`;
const asBefore = 'alter system reset synchronous_standby_names';
const heed = 'select pg_reload_conf()';

/**
 * From now on this PostgreSQL writes down what is committed or promised, and tells nobody, until it is disposed of. A
 * transaction over several nodes stops there between two of its steps.
 */
export async function withholdCommits(url: string): Promise<AsyncDisposable> {
  await queryOnce(url, absent);
  await queryOnce(url, heed);
  return {
    [Symbol.asyncDispose]: async () => {
      await queryOnce(url, asBefore);
      await queryOnce(url, heed);
    },
  };
}

/**
 * The coordinator asks nodes what they have promised every few seconds, and reads its own notes for it. As long as
 * these are locked, what is half committed can be looked at. The lock is asked for now, and had when those who commit
 * now are through.
 */
export async function holdRecoveryBack(coordinatorUrl: string): Promise<AsyncDisposable> {
  const client = new Client({ connectionString: coordinatorUrl });
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  const locked = client.query('lock table pg_catalog.pg_dist_transaction in share mode');
  locked.catch(() => {});
  return {
    [Symbol.asyncDispose]: async () => {
      await locked;
      await client.end();
    },
  };
}
