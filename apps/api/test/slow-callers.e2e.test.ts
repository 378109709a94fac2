import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApi, type TestApi } from './api.ts';
import { faultBody } from './http.ts';

let api: TestApi;

beforeAll(async () => {
  const env = {
    RECEIVE_TIMEOUT_MS: '500',
    REQUEST_TIMEOUT_MS: '500',
    KEEP_ALIVE_TIMEOUT_MS: '500',
  };
  api = await startApi({ env });
});

afterAll(() => api.stop());

function connectTo(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => {});
}

/** Sends this, and answers everything that comes back until the server closes the connection. */
async function untilClosed(socket: Socket, ...sent: readonly string[]): Promise<string> {
  for (const text of sent) socket.write(text);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString();
}

function faultIn(answer: string): string {
  const body: unknown = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));
  return faultBody.parse(body).error.data.fault;
}

describe('a caller that is too slow is let go', () => {
  test('with its headers', async () => {
    const answer = await untilClosed(
      connectTo(api.url),
      'GET /trpc/health.live HTTP/1.1\r\nhost: x\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(faultIn(answer)).toBe('request_timeout');
  });

  test('with its body', async () => {
    const head =
      'POST /trpc/booking.book HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const answer = await untilClosed(connectTo(api.url), `${head}content-length: 100\r\n\r\n{`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(faultIn(answer)).toBe('request_timeout');
  });

  test('with saying anything at all', async () => {
    await untilClosed(connectTo(api.url));
  });

  test('with its next request', async () => {
    const answer = await untilClosed(
      connectTo(api.url),
      'GET /trpc/health.live HTTP/1.1\r\nhost: x\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

test('what is not HTTP is 400 in the one shape', async () => {
  const answer = await untilClosed(connectTo(api.url), 'hello\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(faultIn(answer)).toBe('bad_input');
});

test('headers that ask for two things at once (smuggling) are refused', async () => {
  const head = 'POST /trpc/booking.book HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
  const both = 'content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n';
  expect(await untilClosed(connectTo(api.url), head, both)).toMatch(/^HTTP\/1\.1 400 /);
});

test('connections over the limit are closed, and those within it are served', async () => {
  // With all the time that callers have otherwise: none of them is let go meanwhile.
  const full = await startApi({ env: { CONNECTION_COUNT_MAX: '50' } });
  const idle = Array.from({ length: 50 }, () => connectTo(full.url));
  await Promise.all(
    idle.map((socket) => new Promise((resolve) => socket.once('connect', resolve))),
  );
  expect(await untilClosed(connectTo(full.url), 'GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
  for (const socket of idle) socket.destroy();
  await expect
    .poll(async () => (await fetch(`${full.url}/trpc/health.live`).catch(() => null))?.status)
    .toBe(200);
  await full.stop();
});
