import { Client } from 'pg';
import { processorTimeOf } from '../processor-time.ts';

/** Others who keep PostgreSQL's processor busy. Disposing of it ends them. */
export interface Burners extends AsyncDisposable {
  /** Processor time that they took so far; `null` where the system does not say. */
  usedMs(): Promise<number | null>;
}

/** Two for each of two cores: what they take is missed. */
const burnerCount = 4;

/** Counts in memory: reads no table, waits for no lock. Takes some 50 ms of processor time. */
const burning = 'select sum(i) from generate_series(1, 500000) i';

/** @example await using burners = await startBurners(databaseUrl) */
export async function startBurners(databaseUrl: string): Promise<Burners> {
  const burners = await Promise.all(Array.from({ length: burnerCount }, () => open(databaseUrl)));
  const over = new AbortController();
  const burn = async (client: Client) => {
    while (!over.signal.aborted) await client.query(burning);
  };
  const done = Promise.all(burners.map(({ client }) => burn(client)));
  return {
    async usedMs() {
      const used = await Promise.all(burners.map(({ pid }) => processorTimeOf(pid)));
      return used.reduce((sum, ms) => (sum === null || ms === null ? null : sum + ms), 0);
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await done;
      await Promise.all(burners.map(({ client }) => client.end()));
    },
  };
}

async function open(databaseUrl: string) {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ readonly pid: number }>('select pg_backend_pid() as pid');
  return { client, pid: rows[0]?.pid ?? 0 };
}
