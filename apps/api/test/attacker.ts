/**
 * One caller against all, as a process of its own, so that its work is not the api's: it prepares what it
 * sends, says so, and sends it when it is told to. Bounded in count and in time; loopback only.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const durationMsMax = 10_000;

const plan = z.strictObject({
  port: z.int(),
  kind: z.enum(['lists', 'unknown', 'confirms', 'without_token', 'watches']),
  token: z.string(),
  eventId: z.string(),
  /** For watches: the last version that they claim to know. */
  version: z.int(),
  connectionCount: z.int().max(500),
  /** Sent at once on each connection, and again after each period. */
  requestCount: z.int().max(5_000),
  periodMs: z.int().min(500),
});

/** What an attack is made of. */
export type Attack = z.input<typeof plan>;

const batchSize = 20;
const { port, kind, token, eventId, version, ...bounds } = plan.parse(
  JSON.parse(process.argv[2] ?? ''),
);
setPriority(19);
const sockets = await Promise.all(Array.from({ length: bounds.connectionCount }, open));
const texts = sockets.map(() => Array.from({ length: bounds.requestCount }, request).join(''));
process.stdout.write('ready\n');
await once(process.stdin, 'data');
const endsAtMs = performance.now() + durationMsMax;
while (performance.now() < endsAtMs) {
  for (const [index, socket] of sockets.entries()) socket.write(texts[index] ?? '');
  await pause(bounds.periodMs);
}
process.exit(0);

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  socket.resume();
  await once(socket, 'connect');
  return socket;
}

function request(): string {
  switch (kind) {
    case 'lists':
      return get('event.list', () => ({ from: randomInstant(), limit: 100 }));
    case 'unknown':
      return get('event.get', () => ({ eventId: randomUUID() }));
    case 'confirms':
      return post('booking.confirm', `authorization: Bearer ${token}\r\n`);
    case 'without_token':
      return post('booking.confirm', '');
    case 'watches':
      return watch();
  }
}

function batchOf(input: () => object): string {
  return JSON.stringify(Object.fromEntries(Array.from({ length: batchSize }, input).entries()));
}

function get(path: string, input: () => object): string {
  const query = `batch=1&input=${encodeURIComponent(batchOf(input))}`;
  return `GET ${batchPath(path)}?${query} HTTP/1.1\r\nhost: x\r\n\r\n`;
}

function post(path: string, header: string): string {
  const body = batchOf(() => ({ eventId, bookingId: randomUUID() }));
  const head = `POST ${batchPath(path)}?batch=1 HTTP/1.1\r\nhost: x\r\n${header}`;
  return `${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

function watch(): string {
  const input = encodeURIComponent(JSON.stringify({ eventId }));
  return `GET /trpc/event.watch?input=${input}&lastEventId=${version} HTTP/1.1\r\nhost: x\r\n\r\n`;
}

function batchPath(path: string): string {
  return `/trpc/${Array(batchSize).fill(path).join(',')}`;
}

function randomInstant(): string {
  return new Date(Date.now() + Math.floor(Math.random() * 1e9)).toISOString();
}
