import { freshDatabase, randomFrom } from '@holdfast/testing';
import { Pool } from 'pg';
import { expect, test } from 'vitest';
import type { Told } from '../src/storm/guests.ts';
import { audit, migrate, storm } from '../src/storm/storm.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`restaurant: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

test('what guests were told is compared with what is there: reservations that are lost or foreign are seen', async () => {
  const url = await freshDatabase();
  await migrate(url);
  const told = await storm(url, { userMin: 0, userCount: 40, random: randomFrom(seed) });
  const brokenRules = async (remembered: readonly Told[]) =>
    (await audit(url, remembered)).filter(({ count }) => count > 0);
  expect(await brokenRules(told)).toEqual([]);

  const has = ({ answer }: Told) => answer === 'confirmed' || answer === 'held';
  const forgotten = told.find(has);
  const remembered = told.filter((each) => each !== forgotten);
  const pool = new Pool({ connectionString: url, max: 1 });
  await pool.query(`update restaurant.reservations set status = 'cancelled'`);
  await pool.end();
  expect(await brokenRules(remembered)).toMatchObject([
    { rule: 'the counters of a slot are what its reservations say' },
    { rule: 'whoever was told of a reservation has it', count: remembered.filter(has).length },
    { rule: 'nobody has a reservation that they were not told of', count: 1 },
  ]);
});
