import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callerOf, eventOnSale, startApi, type TestApi } from './api.ts';
import { updatesOf, watchUrl } from './stream.ts';
import { tokenOf } from './token.ts';

const connectionCountMax = 20;

let api: TestApi;
let eventId: string;
let sockets: Socket[];

beforeEach(async () => {
  api = await startApi({ env: { CONNECTION_COUNT_MAX: `${connectionCountMax}` } });
  eventId = await eventOnSale(await callerOf(api, 'olga', 'organizer'));
  sockets = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await api.stop();
});

/** A connection on which so many watches are asked for at once. */
function watchRaw(watchCount: number): Socket {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  sockets.push(socket.on('error', () => {}).resume());
  socket.write(`GET ${watchUrl('', eventId)} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(watchCount));
  return socket;
}

/** The status of a booking on a connection of its own. */
async function book(): Promise<number | undefined> {
  const token = await tokenOf('ada', 'user');
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const url = `${api.url}/trpc/booking.book`;
  const call = request(url, { method: 'POST', headers, agent: false });
  call.end(JSON.stringify({ eventId, bookingId: randomUUID(), quantity: 1 }));
  const [response] = await once(call, 'response');
  response.resume();
  return response.statusCode;
}

describe('watches that are asked for at once on one connection', () => {
  test('are not had: the connection is closed, and nobody is left', async () => {
    await once(watchRaw(500), 'close');
    expect(api.reads.live.watcherCount).toBeLessThanOrEqual(1);
    while (api.reads.live.watcherCount > 0) await sleep(5);
    const left = new AbortController();
    const { value } = await updatesOf(api.url, eventId, { signal: left.signal }).next();
    expect(value?.changes[0]?.version).toBe(2);
    left.abort();
  });

  test('are in the log as the one that began', async () => {
    await once(watchRaw(5), 'close');
    const lines = () => api.logged().filter(({ path }) => path === '/trpc/event.watch');
    await expect.poll(() => lines().map(({ status }) => status)).toEqual([499]);
  });
});

test('watchers leave half of the connections to others, and those refused leave theirs', async () => {
  for (let count = 0; count < connectionCountMax; count += 1) watchRaw(1);
  const connectedCount = () => sockets.filter(({ destroyed }) => !destroyed).length;
  while (connectedCount() > connectionCountMax / 2) await sleep(5);
  expect(api.reads.live.watcherCount).toBe(connectionCountMax / 2);
  expect(await book()).toBe(200);
});
