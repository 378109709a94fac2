// One process of the race: opens its own sales, lets its callers loose, and says what they were told.
import { once } from 'node:events';
import { openSales } from '@holdfast/sales';
import { randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';
import { shop } from './shop.ts';

/** What a buyer is told by its parent. */
export interface Race {
  readonly url: string;
  readonly itemId: number;
  readonly callerCount: number;
  readonly customerCount: number;
  /** How many claims they command. */
  readonly idCount: number;
  /** Else callers reserve, confirm and cancel, too. */
  readonly isOnlyBooked: boolean;
  readonly seed: number;
  /** A text of the statements, and what stands there instead: a guard that is taken out. */
  readonly without: readonly [text: string, instead: string] | null;
}

const poolSizeMax = 4;
const volleyCount = 3;

process.once('message', (race: Race) => {
  void run(race).then((told) => process.send?.(told, () => process.disconnect()));
});

async function run({
  url,
  itemId,
  callerCount,
  customerCount,
  idCount,
  isOnlyBooked,
  seed,
  without,
}: Race) {
  const pool = new Pool({ connectionString: url, max: poolSizeMax });
  if (without !== null) takeOut(pool, without);
  // Small groups, so that the two processes cross each other often.
  const sales = await openSales({ pool, ...shop, limits: { groupSizeMax: 5 } });
  // Tables are changed now, for a negative control: opening has looked at them.
  process.send?.('opened');
  await once(process, 'message');
  const random = randomFrom(seed);
  const told: Record<string, number> = {};
  const tell = (word: string) => {
    told[word] = (told[word] ?? 0) + 1;
  };
  const give = async (number: number) => {
    // Both processes draw from the same ids, users and quantities: doubled and crossed commands.
    const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const named = { itemId, id, userId: `customer ${number % customerCount}` };
    const claim = { ...named, quantity: 1 + (number % 2) };
    const acts = [
      () => sales.book(claim),
      () => sales.reserve(claim),
      () => sales.confirm(named),
      () => sales.cancel(named),
    ].slice(0, isOnlyBooked ? 1 : undefined);
    const act = acts[Math.floor(random() * acts.length)];
    const outcome = await act?.().catch(() => null);
    tell(outcome?.status ?? 'failed');
  };
  const caller = async () => {
    for (let volley = 0; volley < volleyCount; volley += 1) {
      await give(Math.floor(random() * idCount));
    }
  };
  await Promise.all(Array.from({ length: callerCount }, caller));
  await sales.close();
  await pool.end();
  return told;
}

/** Every statement of these connections goes without this guard. */
function takeOut(pool: Pool, [text, instead]: readonly [string, string]): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    const unguarded = (config: unknown, ...rest: unknown[]) => {
      const isNamed = typeof config === 'object' && config !== null && 'text' in config;
      if (!isNamed || typeof config.text !== 'string') return query(config, ...rest);
      return query({ ...config, text: config.text.replace(text, instead) }, ...rest);
    };
    Object.assign(client, { query: unguarded });
  });
}
