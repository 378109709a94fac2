import { freshDatabase, randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';

const poolCount = 4;
const connectionCountMax = 5;
const callerCountMax = 200;
const volleyCountMax = 3;

interface Answer {
  readonly status: string;
  readonly write?: unknown;
}

/** Something of a team's own that is sold by the rules, and how to see that it went wrong. */
export interface Sale<Command> {
  readonly tables: string;
  /** The row that is sold, and triggers that note in `harm` whatever is wrong once it is committed. */
  readonly opening: string;
  /** Who buys, by number, and how many they are. */
  readonly customerCount: number;
  /** A random command of this customer. */
  command(customer: number, random: () => number): Command;
  give(pool: Pool, command: Command): Promise<Answer>;
  /** The table of its orders. */
  readonly orders: string;
  /** One row for each thing that does not add up in the end. */
  readonly sums: string;
}

/** What is changed about a write before it is let loose: a text in its statements, or the tables. */
export interface Without {
  readonly guard?: readonly [text: string, instead: string];
  readonly tables?: string;
  /** Fewer than 200 callers, where most of them would only try in vain. */
  readonly callerCount?: number;
}

export interface Aftermath {
  /** The statuses that orders ended in. */
  readonly statuses: readonly string[];
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
 * Lets 200 callers loose on several connections, each with a few volleys one after the other, and
 * looks at what they leave behind. A volley is up to three commands of one customer at once: one, the
 * same one doubled, or others that cross it.
 */
export async function storm<Command>(
  sale: Sale<Command>,
  seed: number,
  without: Without = {},
): Promise<Aftermath> {
  const url = await freshDatabase();
  const pool = poolWithout(url, without);
  const others = Array.from({ length: poolCount - 1 }, () => poolWithout(url, without));
  try {
    await pool.query(`${sale.tables};${without.tables ?? ''};${sale.opening}`);
    const answers = await answersOf(sale, [pool, ...others], {
      random: randomFrom(seed),
      callerCount: without.callerCount ?? callerCountMax,
    });
    const { rows } = await pool.query<{ what: string }>(
      `select what from harm union (${sale.sums}) order by what`,
    );
    const count = (which: (answer: Answer) => boolean) => answers.filter(which).length;
    const ended = await pool.query<{ status: string }>(
      `select distinct status from ${sale.orders} order by status`,
    );
    return {
      statuses: ended.rows.map(({ status }) => status),
      harm: rows.map(({ what }) => what),
      written: count(({ status, write }) => status === 'accepted' && write !== null),
      unchanged: count(({ status, write }) => status === 'accepted' && write === null),
      refused: count(({ status }) => status === 'refused'),
      failed: count(({ status }) => status === 'failed'),
    };
  } finally {
    await Promise.all([pool, ...others].map((each) => each.end()));
  }
}

async function answersOf<Command>(
  sale: Sale<Command>,
  pools: readonly [Pool, ...Pool[]],
  { random, callerCount }: { random: () => number; callerCount: number },
): Promise<readonly Answer[]> {
  const plans = Array.from({ length: callerCount }, () =>
    Array.from({ length: 1 + Math.floor(random() * volleyCountMax) }, () => volleyOf(sale, random)),
  );
  const answers: Answer[] = [];
  const give = async (command: Command, place: number) => {
    const pool = pools[place % pools.length] ?? pools[0];
    answers.push(await sale.give(pool, command).catch(() => ({ status: 'failed' })));
  };
  await Promise.all(
    plans.map(async (volleys, caller) => {
      for (const volley of volleys) {
        await Promise.all(volley.map((command, index) => give(command, caller + index)));
      }
    }),
  );
  return answers;
}

function volleyOf<Command>(sale: Sale<Command>, random: () => number): readonly Command[] {
  const customer = Math.floor(random() * sale.customerCount);
  const [first, second, third] = [0, 1, 2].map(() => sale.command(customer, random));
  if (first === undefined || second === undefined || third === undefined) return [];
  return pick([[first], [first, first], [first, second], [first, second, third]], random);
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
