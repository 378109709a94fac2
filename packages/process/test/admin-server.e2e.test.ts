import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { createMetricsRegistry, startAdminServer } from '@holdfast/process';
import { Counter } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { memoryLog } from './memory-log.ts';

const token = 'canary-0123456789-0123456789-0123';
const memory = memoryLog();
const registry = createMetricsRegistry('test');
const report = { stalled: new Array<string>(), failing: new Array<string>() };
let admin: Awaited<ReturnType<typeof startAdminServer>>;
beforeAll(async () => {
  new Counter({ name: 'bookings_total', help: 'Bookings.', registers: [registry] }).inc(3);
  admin = await startAdminServer({
    host: '127.0.0.1',
    port: 0,
    token,
    registry,
    logger: memory.logger,
    health: () => report,
    async extend(server) {
      await server.register(async (inner) => inner.get('/inner/page', async () => 'a page'));
      server.post('/drop', async () => 'dropped');
      server.get('/fault', async () => {
        throw new Error('a fault');
      });
    },
  });
});
afterAll(async () => {
  await admin.close();
});

const bearer = `Bearer ${token}`;
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return fetch(`${admin.url}${path}`, { method, headers });
}

/** The status of a path that `fetch` would put in order first. */
function statusOfRaw(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    rawRequest(admin.url, { path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('with the token', () => {
  test.each([
    ['as a bearer token', bearer],
    ['however the scheme is spelled', `bearer ${token}`],
    ['as a password, whatever the name', basic('anybody', token)],
    ['as a password without a name', basic('', token)],
  ])('the metrics are shown: %s', async (_, authorization) => {
    const answer = await ask('/metrics', { authorization });
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(text).toContain('bookings_total{service="test"} 3');
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('what was added is there, and what is not there is 404', async () => {
    const answer = await ask('/inner/page', { authorization: bearer });
    expect(await answer.text()).toBe('a page');
    expect((await ask('/nothing', { authorization: bearer })).status).toBe(404);
  });

  describe('a page of another site can change nothing, though the browser sends the password along', () => {
    const password = { authorization: basic('ada', token) };
    const own = () => ({ ...password, origin: new URL(admin.url).origin });
    const drop = async (headers: Record<string, string>) =>
      (await ask('/drop', headers, 'POST')).status;

    test('by Sec-Fetch-Site, where a browser says it', async () => {
      expect(await drop({ ...own(), 'sec-fetch-site': 'cross-site' })).toBe(403);
      expect(await drop({ ...own(), 'sec-fetch-site': 'same-site' })).toBe(403);
      expect(await drop({ ...own(), 'sec-fetch-site': 'same-origin' })).toBe(200);
    });

    test('by Origin, which browsers say over plain http, too', async () => {
      expect(await drop(own())).toBe(200);
      const { host } = new URL(admin.url);
      for (const origin of ['http://evil.example', 'null', '', `http://${host}.evil.example`]) {
        expect(await drop({ ...password, origin })).toBe(403);
        expect((await ask('/drop', { ...password, origin }, 'DELETE')).status).toBe(403);
      }
    });

    test('a change that says nothing of its page needs the bearer token', async () => {
      expect(await drop(password)).toBe(403);
      expect(await drop({ authorization: bearer })).toBe(200);
    });

    test('reading is no change', async () => {
      expect(
        (await ask('/inner/page', { ...password, origin: 'http://evil.example' })).status,
      ).toBe(200);
    });
  });
});

describe('without the token', () => {
  test.each([
    ['nothing', undefined],
    ['another token', `Bearer ${token}x`],
    ['a part of it', `Bearer ${token.slice(0, -1)}`],
    ['an empty one', 'Bearer '],
    ['another password', basic('ada', 'secret')],
    ['it as the name', basic(token, '')],
    ['it without a scheme', token],
    ['it with another scheme', `Digest ${token}`],
    ['a pair without a colon', `Basic ${Buffer.from(token).toString('base64')}`],
  ])('nobody sees the metrics: %s', async (_, authorization) => {
    const answer = await ask('/metrics', authorization === undefined ? {} : { authorization });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await answer.text()).not.toContain('bookings_total');
  });

  test.each([
    '/',
    '/inner/page',
    '/nothing',
    '/fault',
    '/metrics/',
    '//metrics',
    '/inner/../metrics',
  ])('nobody learns whether %s is there', async (path) => {
    expect((await ask(path)).status).toBe(401);
    expect(await statusOfRaw(path)).toBe(401);
    expect((await ask(path, {}, 'POST')).status).toBe(401);
    expect((await ask(path, {}, 'OPTIONS')).status).toBe(401);
  });

  test('nor of a path that cannot be read', async () => {
    expect(await statusOfRaw('/%E0%A4%A')).toBe(401);
  });
});

describe('the health of the process', () => {
  const statuses = async () => [
    (await ask('/health/live')).status,
    (await ask('/health/ready')).status,
  ];

  test('is told to anybody: what fails is not ready, and what stands still is not live', async () => {
    expect(await statuses()).toEqual([200, 200]);
    report.failing.push('sweep');
    expect(await statuses()).toEqual([200, 503]);
    report.stalled.push('relay');
    expect(await statuses()).toEqual([503, 503]);
    const told = await (await ask('/health/ready')).json();
    expect(told).toEqual({ status: 'not_ready', because: ['relay', 'sweep'] });
    report.failing.length = 0;
    report.stalled.length = 0;
    expect(await (await ask('/health/live')).json()).toEqual({ status: 'live' });
  });

  test('opens no other path, and no other method', async () => {
    for (const path of ['/health', '/health/', '/health/live/', '/health/other', '//health/live']) {
      expect([path, await statusOfRaw(path)]).toEqual([path, 401]);
    }
    expect((await ask('/health/live', {}, 'POST')).status).toBe(401);
  });
});

test('the token is not logged, whatever happens', async () => {
  await ask('/fault', { authorization: bearer });
  await ask('/%', { authorization: basic('ada', token) });
  await ask('/metrics', { authorization: `Bearer ${token}x` });
  const log = memory.texts.join('');
  expect(log).toContain('a fault');
  for (const form of [token, basic('ada', token).slice('Basic '.length)]) {
    expect(log).not.toContain(form);
  }
});

test('closing cuts a connection that is open', async () => {
  const other = await startAdminServer({
    host: '127.0.0.1',
    port: 0,
    token,
    registry,
    logger: memory.logger,
  });
  const { hostname, port } = new URL(other.url);
  const socket = connect(Number(port), hostname);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
  socket.write('GET /metrics HTTP/1.1\r\n');
  await other.close();
  await closed;
});
