// One process of the storm: is told its share, and says what its guests were told.
import { randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';
import { storm, type StormShare } from '../src/storm/storm.ts';

export type Share = Omit<StormShare, 'random'> & { readonly url: string; readonly seed: number };

process.once('message', (share: Share) => {
  void run(share).then((told) => process.send?.(told, () => process.disconnect()));
});

async function run({ url, seed, ...share }: Share) {
  const pool = new Pool({ connectionString: url, max: 10 });
  const told = await storm(pool, { ...share, random: randomFrom(seed) });
  await pool.end();
  return told;
}
