/**
 * What watchers cost: memory of an api process a watcher, and the time from a commit to the message.
 *
 * Usage: pnpm --filter @holdfast/api measure:watchers <database url> [watchers] [commits a second] [seconds]
 *
 * The database is migrated, and gets one event of its own. The api is a process of its own; watchers,
 * commits and the relay are this one, so on few cores the delays hold the cost of receiving, too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commit, type Database, migrate, openDatabase, relayOutbox } from '@holdfast/data';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const [url = '', watchers = '2000', rate = '50', seconds = '10'] = process.argv.slice(2);
const watcherCount = Number(watchers);
const organizerId = 'measure';
const relayPeriodMs = 10;
/** For garbage to be collected, and for the last messages. */
const restMs = 3_000;

const database = await openDatabase({ url });
await migrate(database);
const eventId = await createEvent(database);
const api = await startApi();
await sleep(restMs);
const before = await rssOf(api.child);

/** By version: when its commit was answered, in milliseconds. */
const committedAt = new Map<number, number>();
const delays: number[] = [];
await openWatchers(api.url);
await sleep(restMs);
const idle = await rssOf(api.child);
const stopped = new AbortController();
const relaying = relay(stopped.signal);
const commitCount = await commitSteadily();
await sleep(restMs);
const after = await rssOf(api.child);
stopped.abort();
await relaying;
report();
api.child.kill('SIGTERM');
await once(api.child, 'exit');
await database.close();

async function createEvent(to: Database): Promise<string> {
  const id = randomUUID();
  const policy = {
    quantityPerBookingMax: 9,
    activeBookingsPerUserMax: 9,
    holdDurationMs: 60_000,
    holdPauseMs: 0,
    cancelDeadlineMs: null,
    holdExtensionMaxMs: 0,
    extendsWhenSoldOut: true,
  };
  const about = { title: 'Measured', date: Date.UTC(2999, 1, 1), total: 1_000, policy };
  const saleWindow = { opensAt: null, closesAt: null };
  await commit(to, id, [{ type: 'create', organizerId, eventId: id, ...about, saleWindow }]);
  await commit(to, id, [{ type: 'open', organizerId }]);
  return id;
}

async function startApi(): Promise<{ child: ChildProcess; url: string }> {
  const AUTH_SECRET = randomUUID() + randomUUID();
  const env = { DATABASE_URL: url, AUTH_SECRET, PORT: '0' };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  for await (const chunk of child.stdout) {
    output += String(chunk);
    const listening = /"url":"([^"]+)"/.exec(output)?.[1];
    if (listening === undefined) continue;
    child.stdout.resume();
    return { child, url: listening };
  }
  throw new Error(`The api did not start: ${output}`);
}

async function rssOf({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

async function openWatchers(apiUrl: string): Promise<void> {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const input = encodeURIComponent(JSON.stringify({ eventId }));
  const address = `${apiUrl}/trpc/event.watch?input=${input}`;
  for (let index = 0; index < watcherCount; index += 1) {
    const { promise: answered, resolve } = Promise.withResolvers<IncomingMessage>();
    get(address, { agent }, resolve);
    (await answered).setEncoding('utf8').on('data', note);
  }
}

/** A message has every version in it; each counts for this watcher. */
function note(text: string): void {
  const now = performance.now();
  for (const [, version] of text.matchAll(/"version":(\d+)/g)) {
    const since = committedAt.get(Number(version));
    if (since !== undefined) delays.push(now - since);
  }
}

async function commitSteadily(): Promise<number> {
  const count = Number(rate) * Number(seconds);
  const startedAt = performance.now();
  for (let index = 0; index < count; index += 1) {
    const version = 3 + index;
    await commit(database, eventId, [{ type: 'setCapacity', organizerId, total: 1_001 + index }]);
    committedAt.set(version, performance.now());
    await sleep(Math.max(0, startedAt + ((index + 1) * 1_000) / Number(rate) - performance.now()));
  }
  return count;
}

async function relay(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
    await sleep(relayPeriodMs);
  }
}

function report(): void {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? Number.NaN);
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20);
  const figures = {
    watcherCount,
    commitCount,
    expectedCount: watcherCount * commitCount,
    receivedCount: delays.length,
    rssMiB: { before: mebibytes(before), watched: mebibytes(idle), after: mebibytes(after) },
    bytesPerWatcher: Math.round((idle - before) / watcherCount),
    delayMs: { p50: at(0.5), p99: at(0.99), max: at(0.999_999) },
  };
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
}
