import { createHmac } from 'node:crypto';
import { audit, type Database, openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { startApiProcess } from '@holdfast/testing/api-process';
import { expect } from 'vitest';
import { createHoldfastClient, type HoldfastClient, newId } from '../src/index.ts';

const secret = 'a secret of the tests, long enough to sign with';

/** The api as a process of its own, over a database of its own. */
export interface RealApi {
  readonly url: string;
  readonly database: Database;
  stop(): Promise<void>;
}

/** Starts it on a free port and waits until it listens. `env`: what differs from the defaults. */
export async function startRealApi(env: Readonly<Record<string, string>> = {}): Promise<RealApi> {
  const databaseUrl = env['DATABASE_URL'] ?? (await freshTables());
  const database = await openDatabase({ url: databaseUrl });
  const api = await startApiProcess({ AUTH_SECRET: secret, ...env, DATABASE_URL: databaseUrl });
  async function stop() {
    await api.stop();
    await database.close();
  }
  return { url: api.url, database, stop };
}

/** Every invariant holds, of every event. */
export async function expectSound(database: Database): Promise<void> {
  const report = await audit(database, { eventId: null });
  expect(report.invariants.filter(({ violations }) => violations.length > 0)).toEqual([]);
}

/** A token of this user that is valid for an hour. */
export function tokenOf(sub: string, role: 'user' | 'organizer' | 'admin' = 'user'): string {
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const claims = { sub, role, iss: 'holdfast', aud: 'holdfast', exp };
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** The client of a user, without long waits. */
export function clientOf(
  url: string,
  sub: string,
  options: { batch?: boolean } = {},
): HoldfastClient {
  const retry = { backoffBaseMs: 5, backoffMaxMs: 20 };
  return createHoldfastClient({ url, token: tokenOf(sub), retry, ...options });
}

/** An event on sale with so many seats; its id. */
export async function eventOnSale(url: string, seatCount = 10): Promise<string> {
  const { event } = createHoldfastClient({ url, token: tokenOf('olga', 'organizer') });
  const eventId = newId();
  await event.create({ eventId, title: 'A concert', date: '2999-01-01T20:00:00Z', seatCount });
  const opened = await event.open({ eventId });
  if (opened.status !== 'accepted') throw new Error(`not on sale: ${JSON.stringify(opened)}`);
  return eventId;
}
