import { commit, openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { untilSeen } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callerWith, eventOnSale } from './api.ts';
import { type ApiProcess, createApiProcesses } from './api-process.ts';
import type { Attack } from './attacker.ts';
import { prepareAttack, type Served, serveHonest } from './honest-callers.ts';
import { tokenOf } from './token.ts';

const processes = createApiProcesses();
const versionCount = 510;
let bounded: ApiProcess;
let eventId: string;
let tokens: Iterator<string>;
let attackerToken: string;

beforeAll(async () => {
  const databaseUrl = await freshTables();
  // Here turns are what protects, and no limit on how often somebody calls.
  const env = { DATABASE_URL: databaseUrl, USER_CALL_COUNT_MAX: '0' };
  bounded = await processes.start(env);
  const olga = callerWith(bounded, await tokenOf('olga', 'organizer'));
  eventId = await eventOnSale(olga, { seatCount: 100_000 });
  await addVersions(databaseUrl);
  const names = Array.from({ length: 2_000 }, (_, index) => `user ${index}`);
  tokens = (await Promise.all(names.map((name) => tokenOf(name, 'user')))).values();
  attackerToken = await tokenOf('mallory', 'user');
  await served(bounded, 500);
});

afterAll(() => processes.killAll());

/** So that somebody can come back from 499 versions ago. */
async function addVersions(databaseUrl: string): Promise<void> {
  const database = await openDatabase({ url: databaseUrl, poolSizeMax: 2 });
  for (let count = 0; count < versionCount; count += 1) {
    const total = 100_000 + count;
    await commit(database, eventId, [{ type: 'setCapacity', organizerId: 'olga', total }]);
  }
  await database.close();
}

const served = (api: ApiProcess, durationMs: number, patienceMs?: number): Promise<Served> =>
  serveHonest({ url: api.url, eventId, tokens }, durationMs, patienceMs);

type Kind = Attack['kind'];
type Size = Pick<Attack, 'connectionCount' | 'requestCount' | 'periodMs'>;

const attacks: readonly (readonly [string, Kind, Size])[] = [
  [
    'without a token, thousands of batches on one connection',
    'without_token',
    { connectionCount: 1, requestCount: 5_000, periodMs: 5_000 },
  ],
  [
    'hundreds of batches of lists that no cache has, on one connection',
    'lists',
    { connectionCount: 1, requestCount: 1_000, periodMs: 5_000 },
  ],
  [
    'batches of events that do not exist, from many connections',
    'unknown',
    { connectionCount: 200, requestCount: 4, periodMs: 5_000 },
  ],
  [
    'thousands of commands that cannot succeed, of one user at the event that all want',
    'confirms',
    { connectionCount: 4, requestCount: 600, periodMs: 5_000 },
  ],
  [
    'hundreds who come back to watch, from 499 changes ago',
    'watches',
    { connectionCount: 300, requestCount: 1, periodMs: 5_000 },
  ],
];

/** The machine's own load comes and goes; a harm that is there is there each time. */
const roundCountMax = 4;

async function expectNoHarm(kind: Kind, size: Size): Promise<void> {
  const isServed = ({ before, during }: Rates) =>
    during.rate >= 0.9 * before.rate && during.readyRate === 1;
  const rates = await untilSeen(() => underAttack(bounded, kind, size), isServed, roundCountMax);
  expect(isServed(rates), `rates: ${JSON.stringify(rates)}`).toBe(true);
}

interface Rates {
  readonly before: Served;
  readonly during: Served;
}

/** What honest callers get before the attack, and while it goes on. */
async function underAttack(api: ApiProcess, kind: Kind, size: Size): Promise<Rates> {
  const port = Number(new URL(api.url).port);
  const about = { eventId, token: attackerToken, version: versionCount - 490 };
  const attack = await prepareAttack({ port, kind, ...about, ...size });
  try {
    const before = await served(api, 1_000);
    attack.begin();
    const during = await served(api, 1_500, before.patienceMs);
    return { before, during };
  } finally {
    await attack.end();
  }
}

test.each(attacks)(
  '%s, leave honest callers nine tenths of their rate, and the api ready',
  (_, kind, size) => expectNoHarm(kind, size),
);
