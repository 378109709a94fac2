import { Client } from 'pg';
import { connectClient, connectionConfig } from '../connection/connection-config.ts';
import type { DatabaseOptions } from '../connection/database-options.ts';
import { mapFaults } from '../connection/faults.ts';

/**
 * Who works for a connection: `session`: one server process for as long as the connection lives, as without a
 * pooler. `transaction`: a pooler gives it another one for each transaction.
 */
export type Pooling = 'session' | 'transaction';

/** A pooler may by chance give the same process again. */
const roundCountMax = 5;

/**
 * Finds out whether a pooler in transaction mode stands in between. Two connections begin at the same time, so
 * that each has a process, and give them back: then each of them is to have the one that it had.
 *
 * @throws DatabaseUnavailable
 * @example await inspectPooling(database.options) // 'session'
 */
export async function inspectPooling(options: DatabaseOptions): Promise<Pooling> {
  const config = connectionConfig(options);
  const clients = [new Client(config), new Client(config)] as const;
  for (const client of clients) client.on('error', () => {});
  return await mapFaults(async () => {
    try {
      for (const client of clients) await connectClient(client, config);
      for (let round = 0; round < roundCountMax; round += 1) {
        if (await isSwapped(clients, round)) return 'transaction';
      }
      return 'session';
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  });
}

type Two = readonly [Client, Client];

/** Poolers differ in which of their idle processes they give first, so the order of giving back alternates. */
async function isSwapped(clients: Two, round: number): Promise<boolean> {
  for (const client of clients) await client.query('begin');
  const before = await processesOf(clients);
  const [one, other] = clients;
  for (const client of round % 2 === 0 ? [one, other] : [other, one]) await client.query('commit');
  const after = await processesOf(clients);
  return before.some((pid, index) => pid !== after[index]);
}

async function processesOf(clients: Two): Promise<readonly (number | undefined)[]> {
  const pids: (number | undefined)[] = [];
  for (const client of clients) {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    pids.push(rows[0]?.pid);
  }
  return pids;
}
