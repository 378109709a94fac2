// One process of the race: opens its own sales, lets its callers loose, and says what they were told.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { openSales } from '@holdfast/sales';
import { randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';
import { type Numbering, numberedClaim } from './numbered-claim.ts';
import { shop } from './shop.ts';
import { type TakenOut, takeOut } from './take-out.ts';

/** What a buyer is told by its parent. */
export interface Race extends Numbering {
  readonly url: string;
  readonly callerCount: number;
  /** How many claims they command. */
  readonly idCount: number;
  readonly acts: readonly ('reserve' | 'book' | 'confirm' | 'cancel')[];
  readonly seed: number;
  readonly without: TakenOut | null;
}

const poolSizeMax = 4;
const volleyCount = 3;

/** Between what a group was decided upon and its write: the first ones of both processes meet there. */
const firstWriteDelayMs = 300;
const writeDelayMs = 10;

process.once('message', (race: Race) => {
  void run(race).then((told) => process.send?.(told, () => process.disconnect()));
});

async function run(race: Race): Promise<Readonly<Record<string, number>>> {
  const pool = new Pool({ connectionString: race.url, max: poolSizeMax });
  if (race.without !== null) takeOut(pool, race.without);
  // Small groups, so that the two processes cross each other often.
  const sales = await openSales({ pool, ...shop, limits: { groupSizeMax: 5 } });
  // Connections are made now, so that both processes begin at the same moment.
  const connected = Array.from({ length: poolSizeMax }, () => pool.query('select pg_sleep(0.05)'));
  await Promise.all(connected);
  delayWrites(pool);
  // Tables are changed now, for a negative control: opening has looked at them.
  process.send?.('opened');
  await once(process, 'message');
  const random = randomFrom(race.seed);
  const told: Record<string, number> = {};
  const give = async () => {
    const claim = numberedClaim(Math.floor(random() * race.idCount), race);
    const act = race.acts[Math.floor(random() * race.acts.length)] ?? 'book';
    const outcome = await sales[act](claim).catch(() => ({ status: 'failed' }));
    told[outcome.status] = (told[outcome.status] ?? 0) + 1;
  };
  const caller = async () => {
    for (let volley = 0; volley < volleyCount; volley += 1) await give();
  };
  await Promise.all(Array.from({ length: race.callerCount }, caller));
  await sales.close();
  await pool.end();
  return told;
}

function delayWrites(pool: Pool): void {
  const query = pool.query.bind(pool) as (config: unknown) => Promise<unknown>;
  let writeCount = 0;
  const late = async (config: { text: string }) => {
    if (config.text.includes('holdfast_moved')) {
      writeCount += 1;
      await setTimeout(writeCount <= poolSizeMax ? firstWriteDelayMs : writeDelayMs);
    }
    return await query(config);
  };
  Object.assign(pool, { query: late });
}
