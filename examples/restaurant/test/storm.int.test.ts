import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomFrom } from '@holdfast/testing';
import { expect, test } from 'vitest';
import { compare } from '../src/storm/compare.ts';
import type { Told } from '../src/storm/guests.ts';
import { furnish, storm } from '../src/storm/storm.ts';
import { brokenRules, openDatabase } from './adler.ts';
import type { Share } from './storm-process.ts';

const seed = Number(process.env['HOLDFAST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`restaurant: seed ${seed} (repeat with HOLDFAST_SEED=${seed})`);

const [guestCount, processCount] = [300, 2];

test('300 guests of two processes storm an evening: no table twice, everybody answered, each as they were told', async () => {
  const { pool, url } = await openDatabase();
  const restaurantId = await furnish(pool);
  const shares = Array.from({ length: processCount }, (_, place) => {
    const share = { url, restaurantId, guestCount: guestCount / processCount };
    return guestsOf({ ...share, guestMin: place * share.guestCount, seed: seed + place });
  });
  const told = (await Promise.all(shares)).flat();
  expect(told).toHaveLength(guestCount);
  expect(told.filter(({ answer }) => answer.startsWith('failed') || answer === 'unknown')).toEqual(
    [],
  );
  expect(told.filter(({ answer }) => answer === 'confirmed').length).toBeGreaterThan(20);
  expect(await brokenRules(pool)).toEqual([]);
  expect((await compare(pool, told)).filter(({ count }) => count > 0)).toEqual([]);
  await pool.end();
});

test('what guests were told is compared with what is there: reservations that are lost or foreign are seen', async () => {
  const { pool } = await openDatabase();
  const restaurantId = await furnish(pool);
  const random = randomFrom(seed);
  const told = await storm(pool, { restaurantId, guestMin: 0, guestCount: 40, random });
  const has = ({ answer }: Told) => answer === 'confirmed' || answer === 'held';
  const forgotten = told.find(has);
  const remembered = told.filter((each) => each !== forgotten);
  await pool.query(`update restaurant.reservations set status = 'cancelled'`);
  expect(await compare(pool, remembered)).toEqual([
    { rule: 'whoever was told of a reservation has it', count: remembered.filter(has).length },
    { rule: 'nobody has a reservation that they were not told of', count: 1 },
  ]);
  await pool.end();
});

async function guestsOf(share: Share): Promise<readonly Told[]> {
  const child = fork(new URL('storm-process.ts', import.meta.url));
  child.send(share);
  const [told] = (await once(child, 'message')) as [readonly Told[]];
  return told;
}
