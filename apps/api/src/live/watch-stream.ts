import type { ServerResponse } from 'node:http';
import { type Fault, presentFault } from '../http/faults.ts';
import { lastVersionOf, type LiveUpdate } from './live-change.ts';
import type { Sink } from './live-watch.ts';

/** What waits for one connection beyond what the kernel takes, at most. */
const waitingBytesMax = 256 * 1_024;

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  vary: 'trpc-accept, accept',
  // Or nginx would keep messages until it has a page of them.
  'x-accel-buffering': 'no',
};

/** The text of an update is made once, for all who watch. */
const frames = new WeakMap<LiveUpdate, Buffer>();

const ping = Buffer.from('event: ping\ndata: \n\n\n');

/**
 * A watcher's connection: writes what the official adapter of tRPC would write for the same updates,
 * without five streams in between. A connection on which too much waits is cut.
 */
export class WatchStream implements Sink {
  readonly #response: ServerResponse;
  readonly #onDropped: () => void;
  /** What came before the first update did. */
  #early: LiveUpdate[] | null = [];
  #isOver = false;

  constructor(response: ServerResponse, onDropped: () => void) {
    this.#response = response;
    this.#onDropped = onDropped;
  }

  /** The head, and what tRPC's client is told first. */
  open(headersOfReply: Readonly<Record<string, string>>, told: object): void {
    this.#response.writeHead(200, { ...headersOfReply, ...headers });
    this.#response.write(`event: connected\ndata: ${JSON.stringify(told)}\n\n\n`);
  }

  begin(first: LiveUpdate | null): void {
    const early = this.#early ?? [];
    this.#early = null;
    if (first !== null) this.push(first);
    for (const update of early) this.push(update);
  }

  push(update: LiveUpdate): void {
    if (this.#isOver) return;
    if (this.#early !== null) this.#early.push(update);
    else if (this.#response.writableLength > waitingBytesMax) this.#drop();
    else this.#response.write(frameOf(update));
  }

  /** Says that it is there, unless something is under way that says so. */
  ping(): void {
    if (!this.#isOver && this.#response.writableLength === 0) this.#response.write(ping);
  }

  end(fault: Fault | null = null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (fault === null) this.#response.end();
    else {
      const text = JSON.stringify(presentFault(fault));
      this.#response.end(`event: serialized-error\ndata: ${text}\n\n\n`);
    }
  }

  #drop(): void {
    this.#isOver = true;
    this.#response.destroy();
    this.#onDropped();
  }
}

function frameOf(update: LiveUpdate): Buffer {
  const known = frames.get(update);
  if (known !== undefined) return known;
  const text = `data: ${JSON.stringify(update)}\nid: ${lastVersionOf(update)}\n\n\n`;
  const frame = Buffer.from(text);
  frames.set(update, frame);
  return frame;
}
