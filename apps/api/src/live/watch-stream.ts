import type { ServerResponse } from 'node:http';
import { type Fault, presentFault } from '../http/faults.ts';
import { lastVersionOf, type LiveUpdate } from './live-change.ts';
import type { Sink } from './live-watch.ts';
import type { WatchBacklog } from './watch-backlog.ts';

/** What waits for one connection beyond what the kernel takes, at most. */
const waitingBytesMax = 256 * 1_024;

/** What Node keeps of a write that waits, beside its text (measured). */
const writeBytes = 250;

/** No update is shorter, so no more writes wait than have room in what waits. */
const frameBytesMin = 100;

const headers = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  vary: 'trpc-accept, accept',
  // A watch that was refused, or is over, leaves its connection to others at once.
  connection: 'close',
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
  readonly #backlog: WatchBacklog;
  readonly #onDropped: () => void;
  /** What it has in the backlog. */
  #waitingBytes = 0;
  /** Writes since nothing waited. */
  #writeCount = 0;
  /** What came before the first update did. */
  #early: LiveUpdate[] | null = [];
  #isOver = false;

  constructor(response: ServerResponse, backlog: WatchBacklog, onDropped: () => void) {
    this.#response = response;
    this.#backlog = backlog;
    response.once('close', () => this.#note(0));
    this.#onDropped = onDropped;
  }

  /** The head, and what tRPC's client is told first. */
  open(headersOfReply: Readonly<Record<string, string>>, told: object): void {
    const vary = [headers.vary, headersOfReply['vary'] ?? []].flat().join(', ');
    this.#response.writeHead(200, { ...headersOfReply, ...headers, vary });
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
    else if (this.#isTooFarBehind()) this.#drop();
    else this.#response.write(frameOf(update));
  }

  /** Says that it is there, unless something is under way that says so. */
  ping(): void {
    if (this.#isOver || this.#response.writableLength > 0) return;
    this.#note(0);
    this.#response.write(ping);
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

  #isTooFarBehind(): boolean {
    const { writableLength } = this.#response;
    this.#note(writableLength);
    return writableLength > waitingBytesMax || this.#backlog.isTooMuch(this.#waitingBytes);
  }

  /** So much text waits. */
  #note(textBytes: number): void {
    this.#writeCount = textBytes === 0 ? 0 : this.#writeCount + 1;
    const writeCount = Math.min(this.#writeCount, Math.ceil(textBytes / frameBytesMin));
    const waitingBytes = textBytes + writeCount * writeBytes;
    this.#backlog.change(this.#waitingBytes, waitingBytes);
    this.#waitingBytes = waitingBytes;
  }

  #drop(): void {
    this.#isOver = true;
    this.#note(0);
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
