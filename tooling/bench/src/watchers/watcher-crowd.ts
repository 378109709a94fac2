import { connect, type Socket } from 'node:net';
import { percentile } from '@holdfast/command';
import { openSome } from '../load/line.ts';

export interface WatcherPlan {
  readonly url: string;
  readonly eventId: string;
  readonly watcherCount: number;
}

/** When each version was committed: since 1970, in milliseconds, by version. */
export type CommitTimes = ReadonlyMap<number, number>;

/** What all watchers have seen. */
export interface Watched {
  /** Of each version at each watcher: from its commit's answer to its message. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  readonly seenCount: number;
  readonly messageCount: number;
  /** Watchers whose connection ended. */
  readonly brokenCount: number;
}

interface Message {
  readonly versions: readonly number[];
  readonly atMs: number;
}

const versionPattern = /"version":(\d+)/g;

/** All sockets read into the same bytes: they read one after the other. */
const received = Buffer.allocUnsafe(1_048_576);

/**
 * Many watchers of one event, each on a connection of its own. A message is the same for all of them, so
 * it is read once, and only counted where it comes again.
 */
export class WatcherCrowd {
  readonly #plan: WatcherPlan;
  readonly #sockets: Socket[] = [];
  readonly #messages: Message[] = [];
  #brokenCount = 0;
  #isOver = false;
  #lastRead = { text: '', versions: noVersions };

  constructor(plan: WatcherPlan) {
    this.#plan = plan;
  }

  /** Until each has its first message. */
  async open(): Promise<void> {
    await openSome(this.#plan.watcherCount, () => this.#openWatcher());
    this.#messages.length = 0;
  }

  #openWatcher(): Promise<void> {
    const { hostname, port } = new URL(this.#plan.url);
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const onBytes = (count: number): boolean => {
      this.#note(received.toString('latin1', 0, count));
      resolve();
      return true;
    };
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: { buffer: received, callback: onBytes },
    });
    const input = encodeURIComponent(JSON.stringify({ eventId: this.#plan.eventId }));
    socket.write(`GET /trpc/event.watch?input=${input} HTTP/1.1\r\nhost: holdfast\r\n\r\n`);
    socket.on('error', () => {});
    socket.on('close', () => {
      if (!this.#isOver) this.#brokenCount += 1;
      resolve();
    });
    this.#sockets.push(socket);
    return opened;
  }

  #note(text: string): void {
    if (text !== this.#lastRead.text) this.#lastRead = { text, versions: versionsIn(text) };
    const { versions } = this.#lastRead;
    if (versions.length === 0) return;
    this.#messages.push({ versions, atMs: performance.timeOrigin + performance.now() });
  }

  /** Ends all of them. */
  end(committedAt: CommitTimes): Watched {
    this.#isOver = true;
    for (const socket of this.#sockets) socket.destroy();
    const delays = this.#messages.flatMap(({ versions, atMs }) =>
      versions.flatMap((version) => {
        const since = committedAt.get(version);
        return since === undefined ? [] : [atMs - since];
      }),
    );
    // Millions of them: sorted as numbers, which arrays are not.
    const ascending = Array.from(Float64Array.from(delays).toSorted());
    return {
      p50Ms: percentile(ascending, 50),
      p99Ms: percentile(ascending, 99),
      maxMs: ascending.at(-1) ?? null,
      seenCount: ascending.length,
      messageCount: this.#messages.length,
      brokenCount: this.#brokenCount,
    };
  }
}

const noVersions: readonly number[] = [];

function versionsIn(text: string): readonly number[] {
  return [...text.matchAll(versionPattern)].map(([, version]) => Number(version));
}
