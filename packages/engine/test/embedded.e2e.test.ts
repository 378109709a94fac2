import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { audit, type Database, findBooking, openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { freshPrefix, providedServices, randomFrom } from '@holdfast/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sellEvent } from './engine-for-test.ts';

const programPath = fileURLToPath(new URL('fixtures/embedded.ts', import.meta.url));

/** What the program was told of a booking, the last word of each kind. */
interface Told {
  readonly eventId: string;
  readonly bookingId: string;
  readonly status: string;
}

let database: Database;
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await freshTables();
  database = await openDatabase({ url: databaseUrl });
});

afterAll(() => database.close());

const killCount = 3;
const toldCountMin = 300;

interface Run {
  readonly redisUrl: string;
  readonly prefix: string;
  readonly eventIds: readonly string[];
  readonly random: () => number;
}

/** Runs the program under its own load, kills it in the midst of it, and says what it was told before. */
async function runAndKill({ redisUrl, prefix, eventIds, random }: Run): Promise<readonly Told[]> {
  const args = [programPath, databaseUrl, redisUrl, prefix, ...eventIds];
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told: Told[] = [];
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  createInterface(child.stdout).on('line', (line) => {
    // The last line may have been cut by the kill.
    if (line.endsWith('}')) told.push(JSON.parse(line) as Told);
  });
  const ended = once(child, 'close');
  try {
    await expect
      .poll(() => complaint === '' && told.length, { timeout: 20_000, interval: 10 })
      .toBeGreaterThan(toldCountMin);
    await pause(random() * 200);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  expect({ signal: child.signalCode, complaint }).toEqual({ signal: 'SIGKILL', complaint: '' });
  return told;
}

/** May a booking that was told to be so be found like that? Another word may have come too late. */
const laterOf: Readonly<Record<string, readonly string[]>> = {
  held: ['held', 'confirmed', 'cancelled'],
  confirmed: ['confirmed'],
  cancelled: ['cancelled'],
};

/** What the program was told, and PostgreSQL does not have. */
async function lostOf(told: readonly Told[]): Promise<readonly unknown[]> {
  const lost: unknown[] = [];
  for (const { eventId, bookingId, status } of told) {
    const expected = laterOf[status];
    if (expected === undefined) continue;
    const found = await findBooking(database, { eventId, bookingId });
    if (!expected.includes(found?.status ?? 'none')) lost.push({ bookingId, status, found });
  }
  return lost;
}

describe.each(['without Redis', 'with Redis'])('a program that embeds the engine %s', (ground) => {
  const seed = Math.floor(Math.random() * 2 ** 31);

  test(`loses nothing that it was told when it is killed under load (seed ${seed})`, async () => {
    const redisUrl = ground === 'with Redis' ? providedServices().redisUrl : '';
    const prefix = freshPrefix();
    const random = randomFrom(seed);
    // One sells out at once, the other does not.
    const eventIds = [await sellEvent(database, 50), await sellEvent(database, 100_000)];
    const told: Told[] = [];
    for (let kill = 0; kill < killCount; kill += 1) {
      told.push(...(await runAndKill({ redisUrl, prefix, eventIds, random })));
    }
    const statuses = new Set(told.map(({ status }) => status));
    expect(statuses).toEqual(new Set(['held', 'confirmed', 'cancelled', 'refused']));
    expect(await lostOf(told)).toEqual([]);
    const report = await audit(database, { eventId: null });
    expect(report.invariants.filter(({ violations }) => violations.length > 0)).toEqual([]);
  });
});

test('negative control: what was told and is not there is found', async () => {
  const eventId = await sellEvent(database, 1);
  const bookingId = crypto.randomUUID();
  expect(await lostOf([{ eventId, bookingId, status: 'confirmed' }])).toHaveLength(1);
});
