import type { ServerResponse } from 'node:http';
import { headersOfFaults } from '../http/fault-answers.ts';
import { faultFrom } from '../http/fault-from.ts';
import { type Fault, presentFault } from '../http/faults.ts';
import type { Sink } from './sink.ts';
import type { Frame } from './stream-frame.ts';
import type { WatchBacklog } from './watch-backlog.ts';
import { silenceMsMax } from './watch-times.ts';

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

interface WatchStreamOptions {
  readonly response: ServerResponse;
  readonly backlog: WatchBacklog;
  /** What hooks have set for every answer. */
  readonly headersOfReply: () => Readonly<Record<string, string>>;
  /** Its connection was cut, because too much waits on it. */
  readonly onDropped: () => void;
}

/** What tRPC's client is told first. */
const connected = `event: connected\ndata: ${JSON.stringify({ reconnectAfterInactivityMs: silenceMsMax })}\n\n\n`;

const ping = Buffer.from('event: ping\ndata: \n\n\n');

/**
 * A watcher's connection: writes what the official adapter of tRPC would write for the same updates,
 * without five streams in between. A connection on which too much waits is cut.
 */
export class WatchStream implements Sink {
  readonly #response: ServerResponse;
  readonly #backlog: WatchBacklog;
  readonly #headersOfReply: () => Readonly<Record<string, string>>;
  readonly #onDropped: () => void;
  /** What it has in the backlog. */
  #waitingBytes = 0;
  /** Writes since nothing waited. */
  #writeCount = 0;
  /** What came before the first update did. */
  #early: Frame[] | null = [];
  #isOver = false;

  /** Nothing is sent before it begins or ends, since that decides its status. */
  constructor({ response, backlog, headersOfReply, onDropped }: WatchStreamOptions) {
    this.#response = response;
    this.#backlog = backlog;
    this.#headersOfReply = headersOfReply;
    this.#onDropped = onDropped;
    response.once('close', () => this.#note(0));
  }

  begin(first: Frame | null): void {
    if (this.#isOver) return;
    this.#open();
    const early = this.#early ?? [];
    this.#early = null;
    if (first !== null) this.push(first);
    for (const frame of early) this.push(frame);
  }

  push(frame: Frame): void {
    if (this.#isOver) return;
    if (this.#early !== null) this.#early.push(frame);
    else if (this.#isTooFarBehind()) this.#drop();
    else this.#response.write(frame);
  }

  /** Says that it is there, unless something is under way that says so. */
  ping(): void {
    const isBegun = this.#early === null;
    if (this.#isOver || !isBegun || this.#response.writableLength > 0) return;
    this.#note(0);
    this.#response.write(ping);
  }

  /**
   * A fault that waiting does not fix is the status of a stream that has not begun: any other status
   * than 200 is the only word that keeps an EventSource from coming back for ever. To one that may
   * come back it is the stream's last message.
   */
  end(reason: Error | null = null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const fault = reason && faultFrom(reason);
    const isBegun = this.#response.headersSent;
    if (fault !== null && isFinal(fault) && !isBegun) this.#refuse(fault);
    else {
      if (!isBegun) this.#open();
      this.#response.end(fault === null ? '' : lastMessageOf(fault));
    }
  }

  #open(): void {
    const ofReply = this.#headersOfReply();
    const vary = [headers.vary, ofReply['vary'] ?? []].flat().join(', ');
    this.#response.writeHead(200, { ...ofReply, ...headers, vary });
    this.#response.write(connected);
  }

  #refuse(fault: Fault): void {
    const error = presentFault(fault);
    this.#response.writeHead(fault.httpStatus, {
      ...this.#headersOfReply(),
      ...headersOfFaults([error]),
      'content-type': 'application/json',
      connection: 'close',
    });
    this.#response.end(JSON.stringify({ error }));
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

/** Does no waiting help? */
function isFinal({ httpStatus }: Fault): boolean {
  return httpStatus < 500;
}

/** Says when to come back, where that is known: an EventSource waits for 3 to 5 s by itself. */
function lastMessageOf(fault: Fault): string {
  const error = presentFault(fault);
  const { retryAfterMs } = error.data;
  const retry = retryAfterMs === undefined ? '' : `retry: ${retryAfterMs}\n`;
  return `event: serialized-error\ndata: ${JSON.stringify(error)}\n${retry}\n\n`;
}
