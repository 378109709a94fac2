import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { LiveUpdate } from '@holdfast/engine';
import { WatchBacklog } from '../src/live/watch-backlog.ts';
import { frameOf } from '../src/live/stream-frame.ts';
import { WatchStream } from '../src/live/watch-stream.ts';

const backlogBytesMax = 100_000;
const backlog = new WatchBacklog(backlogBytesMax);
const streams: WatchStream[] = [];
const sockets: Socket[] = [];
const dropped = { count: 0 };

const server = createServer((_request, response) => {
  const stream = new WatchStream({
    response,
    backlog,
    headersOfReply: () => ({}),
    onDropped: () => {
      dropped.count += 1;
    },
  });
  stream.begin(null);
  streams.push(stream);
});

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function watch(): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket.on('error', () => {}));
  const countBefore = streams.length;
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  while (streams.length === countBefore) await sleep(1);
  return socket;
}

function update(version: number): LiveUpdate {
  const change = { status: 'on_sale' as const, seatCount: 9, availableSeats: 9, heldSeats: 0 };
  return { restarted: false, changes: Array.from({ length: 100 }, () => ({ ...change, version })) };
}

test('streams that together hold too much are dropped, though each may hold as much alone', async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (let count = 0; count < 4; count += 1) (await watch()).pause();
  const reader = await watch();
  let isCut = false;
  reader.on('close', () => {
    isCut = true;
  });
  reader.resume();
  let bytesMost = 0;
  for (let version = 1; dropped.count < 3; version += 1) {
    const next = frameOf(update(version));
    for (const stream of streams) stream.push(next);
    bytesMost = Math.max(bytesMost, backlog.bytes);
    await sleep(1);
  }
  expect(bytesMost).toBeLessThan(2 * backlogBytesMax);
  expect(isCut).toBe(false);
  for (const socket of sockets) socket.destroy();
  while (backlog.bytes > 0) await sleep(1);
});
