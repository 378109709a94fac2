import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Notification } from 'pg';
import { connectClient, connectionConfig } from '../connection/connection-config.ts';
import type { Database } from '../connection/database.ts';
import type { Change } from './feed.ts';
import { feedChannel, unpackChanges } from './notification.ts';
import { saleChannel } from './sale-channel.ts';

/** What is called for changes. None of these may throw. */
export interface FeedListener {
  /** Changes were relayed: those of an event in order of version. One may come twice. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** A process says something of a sale: see tellSale. */
  readonly onSaleNews?: (payload: string) => void;
  /** It listens from now on. What was relayed before may have been missed. */
  readonly onGap: () => void;
  /** The connection failed or could not be made. It is tried again until `close`. */
  readonly onError: (error: unknown) => void;
}

export interface FeedSubscription {
  /** Stops listening, for good. */
  close(): Promise<void>;
}

const reconnectDelayMs = 250;
/**
 * A connection that only listens sends nothing. So it asks now and then, to find a cut that nobody
 * reports.
 */
const aliveCheckEveryMs = 5_000;
const replyTimeoutMs = 2_000;

/**
 * Listens to the changes that the worker relays, on a connection of its own. If it breaks, it is
 * made again. After each `onGap` the caller must read what it may have missed.
 *
 * LISTEN belongs to a session: the connection must reach PostgreSQL itself, or a pooler in session
 * mode.
 *
 * @example
 * const feed = listenToFeed(database, { onChanges, onGap, onError });
 * await feed.close();
 */
export function listenToFeed(database: Database, listener: FeedListener): FeedSubscription {
  const stop = new AbortController();
  const done = listenUntilStopped(database, listener, stop.signal);
  return {
    async close() {
      stop.abort();
      await done;
    },
  };
}

async function listenUntilStopped(
  database: Database,
  listener: FeedListener,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await listenOnce(database, listener, stop).catch(listener.onError);
    await wait(reconnectDelayMs, stop);
  }
}

/** Listens until it is stopped. Rejects where the connection breaks. */
async function listenOnce(
  { options }: Database,
  listener: FeedListener,
  stop: AbortSignal,
): Promise<void> {
  const config = connectionConfig({
    ...options,
    applicationName: `${options.applicationName ?? 'holdfast'}-feed`,
    replyTimeoutMs,
  });
  const client = new Client(config);
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  client.on('error', broken.reject);
  client.on('end', () => broken.reject(new Error('The connection that listens has ended.')));
  client.on('notification', (notification) => receive(notification, listener));
  try {
    await connectClient(client, config);
    await client.query(`listen ${feedChannel}; listen ${saleChannel}`);
    listener.onGap();
    while (!stop.aborted) {
      await client.query('select 1');
      await Promise.race([wait(aliveCheckEveryMs, stop), broken.promise]);
    }
  } finally {
    // Not awaited: the caller would wait for a server that does not answer.
    client.end().catch(() => {});
  }
}

function receive({ channel, payload }: Notification, listener: FeedListener): void {
  if (payload === undefined) return;
  if (channel === saleChannel) listener.onSaleNews?.(payload);
  if (channel !== feedChannel) return;
  try {
    listener.onChanges(unpackChanges(payload));
  } catch (error) {
    listener.onError(error);
    // That notification is lost.
    listener.onGap();
  }
}

/** Ends early, without an error, when it is stopped. */
async function wait(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => {});
}
