import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { type Database, openDatabase } from '@holdfast/data';
import { freshTables } from '@holdfast/fixtures';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { callerWith, eventOnSale } from './api.ts';
import { type ApiProcess, createApiProcesses } from './api-process.ts';
import { nowhereUrl } from './nowhere.ts';
import { secret, tokenOf } from './token.ts';

const processes = createApiProcesses();
let databaseUrl: string;
let database: Database;

beforeAll(async () => {
  databaseUrl = await freshTables();
  database = await openDatabase({ url: databaseUrl, readCountMax: 2 });
});

afterEach(() => processes.killAll());
afterAll(() => database.close());

const startProcess = (env: Record<string, string> = {}) =>
  processes.start({ DATABASE_URL: databaseUrl, ...env });

/** Holds a row, so that a booking of this event stays in flight until `release`. */
async function holdEvent(eventId: string): Promise<() => Promise<void>> {
  const client = await database.pool.connect();
  await client.query('begin');
  await client.query('select from events where id = $1 for update', [eventId]);
  return async () => {
    await client.query('rollback');
    client.release();
  };
}

/** Resolves when a connection of the api waits for a lock. */
async function untilBlocked(): Promise<void> {
  const count = async () => {
    const { rows } = await database.pool.query(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows[0].count;
  };
  await expect.poll(count).toBe(1);
}

async function bookingInFlight(api: ApiProcess) {
  const olga = callerWith(api, await tokenOf('olga', 'organizer'));
  const eventId = await eventOnSale(olga);
  const ada = callerWith(api, await tokenOf('ada', 'user'));
  const release = await holdEvent(eventId);
  const booking = ada.booking.book.mutate({ eventId, bookingId: randomUUID(), quantity: 1 });
  booking.catch(() => {});
  await untilBlocked();
  return { booking, release };
}

/** Calls on one connection, which is kept between them; answers what it hears of the connection. */
function keptConnection({ url }: ApiProcess) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async call(): Promise<string | undefined> {
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      get(`${url}/trpc/health.live`, { agent }, (response) => {
        response.resume().on('end', () => resolve(response.headers.connection));
      }).on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      return await promise;
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

describe('on SIGTERM', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'what is in flight is answered, then the process exits 0 (%s)',
    async (signal) => {
      const api = await startProcess();
      const { booking, release } = await bookingInFlight(api);
      api.child.kill(signal);
      await expect.poll(() => api.lines.join('\n')).toContain('"msg":"stopping"');
      await release();
      expect(await booking).toMatchObject({ status: 'confirmed' });
      expect(await api.exitCode).toBe(0);
      expect(api.lines.at(-1)).toContain('"msg":"stopped"');
    },
  );

  test('it is not ready any more while it waits for load balancers, and lets go of connections', async () => {
    const api = await startProcess({ DRAIN_DELAY_MS: '2000' });
    expect((await fetch(`${api.url}/trpc/health.ready`)).status).toBe(200);
    api.child.kill('SIGTERM');
    const ready = async () => await fetch(`${api.url}/trpc/health.ready`);
    await expect.poll(async () => (await ready()).status).toBe(503);
    const answer = await ready();
    expect(answer.headers.get('connection')).toBe('close');
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ error: { data: { fault: 'draining' } } });
    const live = await fetch(`${api.url}/trpc/health.live`);
    expect(live.status).toBe(200);
    expect(await api.exitCode).toBe(0);
  });

  test('connections that are idle, silent or half through a request do not keep it', async () => {
    const api = await startProcess();
    const { hostname, port } = new URL(api.url);
    const sockets = ['', 'GET / HT', 'GET /trpc/health.live HTTP/1.1\r\nhost: x\r\n\r\n'].map(
      (text) => {
        const socket = connect(Number(port), hostname).on('error', () => {});
        socket.write(text);
        return socket.resume();
      },
    );
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    api.child.kill('SIGTERM');
    expect(await api.exitCode).toBe(0);
  });

  test('for DRAIN_IDLE_MS what comes on a kept connection is answered, and the connection let go', async () => {
    const api = await startProcess({ DRAIN_IDLE_MS: '60000', DRAIN_TIMEOUT_MS: '90000' });
    using caller = keptConnection(api);
    expect(await caller.call()).toBe('keep-alive');
    api.child.kill('SIGTERM');
    await expect.poll(() => fetch(api.url).catch(() => null), { interval: 20 }).toBe(null);
    expect(await caller.call()).toBe('close');
    // It was the only one, so nothing is waited for.
    expect(await api.exitCode).toBe(0);
  });

  test('without it a kept connection is closed under its caller', async () => {
    const api = await startProcess();
    using caller = keptConnection(api);
    expect(await caller.call()).toBe('keep-alive');
    api.child.kill('SIGTERM');
    expect(await api.exitCode).toBe(0);
    expect(await caller.call()).toBe('ECONNREFUSED');
  });

  test('a second signal ends it at once', async () => {
    const api = await startProcess();
    const { release } = await bookingInFlight(api);
    api.child.kill('SIGTERM');
    await expect.poll(() => api.lines.join('\n')).toContain('"msg":"stopping"');
    api.child.kill('SIGTERM');
    expect(await api.exitCode).toBe(1);
    await release();
  });

  test('stopping takes no longer than its bound', async () => {
    const api = await startProcess({ DRAIN_TIMEOUT_MS: '300' });
    const { release } = await bookingInFlight(api);
    api.child.kill('SIGTERM');
    expect(await api.exitCode).toBe(1);
    expect(api.lines.join('\n')).toContain('stopping took too long');
    await release();
  });
});

describe('at the start', () => {
  test('a wrong environment is named on standard error, and the process exits 1', async () => {
    const child = processes.spawn({
      DATABASE_URL: 'postgres://app:canary@db/x',
      AUTH_SECRET: 'canary',
      PORT: 'x',
    });
    const chunks: Buffer[] = await (child.stderr?.toArray() ?? []);
    const message = Buffer.concat(chunks).toString();
    expect(message).toContain('PORT is not a whole number');
    expect(message).toContain('AUTH_SECRET is shorter');
    expect(message).not.toContain('canary');
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(1);
  });

  test('a port that is taken is said in the log, and the process exits 1', async () => {
    const { url } = await startProcess();
    const again = startProcess({ PORT: new URL(url).port });
    await expect(again).rejects.toThrow(/"code":"EADDRINUSE".*"msg":"crashed"/);
  });

  test('a database that is away is waited for, by whoever asks', async () => {
    const api = await startProcess({ DATABASE_URL: nowhereUrl });
    expect((await fetch(`${api.url}/trpc/health.live`)).status).toBe(200);
    expect((await fetch(`${api.url}/trpc/health.ready`)).status).toBe(503);
    api.child.kill('SIGTERM');
    expect(await api.exitCode).toBe(0);
  });

  test('no line has the password of the database or the secret of the tokens', async () => {
    const url = new URL(databaseUrl);
    url.password = 'canary-password';
    const api = await startProcess({ DATABASE_URL: url.href, LOG_LEVEL: 'trace' });
    await fetch(`${api.url}/trpc/health.ready`);
    api.child.kill('SIGTERM');
    await api.exitCode;
    expect(api.lines.length).toBeGreaterThan(2);
    expect(api.lines.join('\n')).not.toContain('canary');
    expect(api.lines.join('\n')).not.toContain(secret);
  });
});
