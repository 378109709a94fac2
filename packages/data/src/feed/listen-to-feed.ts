import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type Notification } from 'pg';
import { connectClient, connectionConfig } from '../connection/connection-config.ts';
import type { Database } from '../connection/database.ts';
import type { Change } from './feed.ts';
import { feedChannel, unpackChanges } from './notification.ts';

/** Who wants to hear of changes. None of these may throw. */
export interface FeedListener {
  /** Changes as they are relayed: of an event in order of version, now and then one twice. */
  readonly onChanges: (changes: readonly Change[]) => void;
  /** It listens, from now on or again: what was relayed before was not heard. */
  readonly onGap: () => void;
  /** The connection failed or could not be made; it is tried again until `close`. */
  readonly onError: (error: unknown) => void;
}

export interface FeedSubscription {
  /** Stops listening, for good. */
  close(): Promise<void>;
}

const reconnectDelayMs = 250;
/** A listener says nothing by itself, so a cut that nobody reports is found by asking. */
const aliveCheckEveryMs = 5_000;
const replyTimeoutMs = 2_000;

/**
 * Listens to the changes that the worker relays, on a connection of its own that is made anew
 * whenever it breaks. Whoever listens must read what it missed after each `onGap`.
 *
 * The connection must reach PostgreSQL itself, or through a pooler in session mode: LISTEN belongs
 * to a session.
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

/** Listens until the connection breaks, which rejects, or until it is stopped. */
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
  client.on('notification', (notification) => hear(notification, listener));
  try {
    await connectClient(client, config);
    await client.query(`listen ${feedChannel}`);
    listener.onGap();
    while (!stop.aborted) {
      await client.query('select 1');
      await Promise.race([wait(aliveCheckEveryMs, stop), broken.promise]);
    }
  } finally {
    // Not awaited: a server that is silent would keep the caller waiting.
    client.end().catch(() => {});
  }
}

function hear({ channel, payload }: Notification, listener: FeedListener): void {
  if (channel !== feedChannel || payload === undefined) return;
  try {
    listener.onChanges(unpackChanges(payload));
  } catch (error) {
    listener.onError(error);
    // What it said is lost, as if it had not been heard.
    listener.onGap();
  }
}

/** Ends early, in peace, when it is stopped. */
async function wait(durationMs: number, signal: AbortSignal): Promise<void> {
  await sleep(durationMs, undefined, { signal }).catch(() => {});
}
