import { freshDatabase, randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';

const poolCount = 4;
const connectionCountMax = 5;
const callerCount = 200;
const commandCountMax = 4;

interface Answer {
  readonly status: string;
  readonly write?: unknown;
}

/** Something of a team's own that is sold by the rules, and how to see that it went wrong. */
export interface Sale<Command> {
  readonly tables: string;
  /** The row that is sold, and triggers that note in `harm` whatever is wrong once it is committed. */
  readonly opening: string;
  /** A random command of a random customer. */
  command(random: () => number): Command;
  give(pool: Pool, command: Command): Promise<Answer>;
  /** One row for each thing that does not add up in the end. */
  readonly sums: string;
}

/** What is changed about a write before it is let loose: a text in its statements, or the tables. */
export interface Without {
  readonly guard?: readonly [text: string, instead: string];
  readonly tables?: string;
}

export interface Aftermath {
  /** What is wrong, each once. */
  readonly harm: readonly string[];
  /** How many commands were accepted and written, accepted and nothing new, refused. */
  readonly written: number;
  readonly unchanged: number;
  readonly refused: number;
  /** Gave up, or broke: never, unless a guard is missing. */
  readonly failed: number;
}

/**
 * Lets 200 callers loose on several connections, each with a few commands one after the other, and
 * looks at what they leave behind.
 */
export async function storm<Command>(
  sale: Sale<Command>,
  seed: number,
  without: Without = {},
): Promise<Aftermath> {
  const url = await freshDatabase();
  const pools = Array.from({ length: poolCount }, () => poolWithout(url, without));
  const [pool] = pools;
  if (pool === undefined) throw new Error('There is at least one pool.');
  try {
    await pool.query(`${sale.tables};${without.tables ?? ''};${sale.opening}`);
    const answers = await answersOf(sale, pools, randomFrom(seed));
    const { rows } = await pool.query<{ what: string }>(
      `select what from harm union (${sale.sums}) order by what`,
    );
    const count = (which: (answer: Answer) => boolean) => answers.filter(which).length;
    return {
      harm: rows.map(({ what }) => what),
      written: count(({ status, write }) => status === 'accepted' && write !== null),
      unchanged: count(({ status, write }) => status === 'accepted' && write === null),
      refused: count(({ status }) => status === 'refused'),
      failed: count(({ status }) => status === 'failed'),
    };
  } finally {
    await Promise.all(pools.map((each) => each.end()));
  }
}

async function answersOf<Command>(
  sale: Sale<Command>,
  pools: readonly Pool[],
  random: () => number,
) {
  const plans = Array.from({ length: callerCount }, () =>
    Array.from({ length: 1 + Math.floor(random() * commandCountMax) }, () => sale.command(random)),
  );
  const answers = await Promise.all(
    plans.map(async (commands, caller) => {
      const pool = pools[caller % pools.length];
      const own: Answer[] = [];
      for (const command of commands) {
        if (pool) own.push(await sale.give(pool, command).catch(() => ({ status: 'failed' })));
      }
      return own;
    }),
  );
  return answers.flat();
}

/** Connections whose statements have the guard taken out, if there is one. */
function poolWithout(connectionString: string, { guard }: Without): Pool {
  const pool = new Pool({ connectionString, max: connectionCountMax });
  if (guard === undefined) return pool;
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const unguarded = (text: unknown, ...rest: unknown[]) =>
      query(typeof text === 'string' ? text.replace(...guard) : text, ...rest);
    Object.assign(client, { query: unguarded });
  });
  return pool;
}

export function pick<T>(values: readonly [T, ...T[]], random: () => number): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}
