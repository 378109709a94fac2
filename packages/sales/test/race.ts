import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Pool } from 'pg';
import type { Race } from './buyer.ts';
import { numberedClaim } from './numbered-claim.ts';
import { harmTo, openShop, sell, stocked } from './shop.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`sales: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const itemCount = 12;
const idCount = 300;

/** What is changed about a race. */
export interface Change {
  /** A guard in the statements, and what stands there instead. */
  readonly text?: readonly [string, string];
  /** A guard in the tables, taken out once the sales are open: they would refuse tables without it. */
  readonly tables?: string;
  readonly pieceCount?: number;
  readonly customerCount?: number;
  /** Default: all of them. */
  readonly acts?: Race['acts'];
  /** Each process commands claims of its own. */
  readonly hasOwnIds?: boolean;
  /** Each process has customers of its own. Else the index on their ordinals is a guard, too. */
  readonly hasOwnCustomers?: boolean;
  /** All claims are held when the race begins. */
  readonly areHeld?: boolean;
}

/** 200 callers of each of two processes command claims of the same items; what is wrong in the end, and what they were told. */
export async function race(change: Change) {
  const { pool, url } = await openShop();
  try {
    const { pieceCount = 10, customerCount = 8 } = change;
    const itemIds: number[] = [];
    while (itemIds.length < itemCount) itemIds.push(await stocked(pool, pieceCount));
    const numbering = { itemIds, customerCount, idMin: 0, customerMin: 0 };
    if (change.areHeld === true) await holdAll(pool, numbering);
    const buyers = [0, 1].map((place) =>
      buyer({
        ...numbering,
        url,
        callerCount: 200,
        idCount,
        idMin: change.hasOwnIds === true ? place * idCount : 0,
        customerMin: change.hasOwnCustomers === true ? place * customerCount : 0,
        acts: change.acts ?? ['book', 'reserve', 'confirm', 'cancel'],
        // From one seed both processes give the same commands at the same time.
        seed,
        without: change.text ?? null,
      }),
    );
    await Promise.all(buyers.map(({ opened }) => opened));
    if (change.tables !== undefined) await pool.query(change.tables);
    const told = await Promise.all(buyers.map((each) => each.run()));
    const harm = await Promise.all(itemIds.map((itemId) => harmTo(pool, itemId, pieceCount)));
    return { harm: harm.flat(), told: sumOf(told) };
  } finally {
    await pool.end();
  }
}

async function holdAll(pool: Pool, numbering: Parameters<typeof numberedClaim>[1]): Promise<void> {
  const sales = await sell(pool);
  const numbers = Array.from({ length: idCount }, (_, number) => number);
  await Promise.all(numbers.map((number) => sales.reserve(numberedClaim(number, numbering))));
  await sales.close();
}

function sumOf(all: readonly Record<string, number>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [word, count] of all.flatMap((each) => Object.entries(each))) {
    sum[word] = (sum[word] ?? 0) + count;
  }
  return sum;
}

/** A process that has opened its sales, and begins when it is told. */
function buyer(given: Race) {
  const child = fork(new URL('buyer.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const opened = once(child, 'message');
  child.send(given);
  const run = async () => {
    const ended = once(child, 'message');
    child.send('go');
    const [told] = (await ended) as [Record<string, number>];
    return told;
  };
  return { opened, run };
}
