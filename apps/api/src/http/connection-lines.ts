import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface ConnectionLinesOptions {
  /** Requests of one connection that are under way at a time, at most. */
  readonly underWayCountMax: number;
  /** A request has to wait for others of its connection. */
  readonly onWait: () => void;
}

/** The requests of one connection. */
interface Line {
  underWayCount: number;
  readonly waiting: Waiting[];
}

interface Waiting {
  readonly response: ServerResponse;
  readonly begin: () => void;
}

/**
 * HTTP/1.1 answers a connection's requests in their order, so who sends a thousand of them at once
 * loses nothing when they begin one after the other, and everybody else would wait for all of them. While
 * any wait nothing more is read from their connection: what waits is what came in one piece (64 kB).
 */
export class ConnectionLines {
  readonly #options: ConnectionLinesOptions;
  readonly #lines = new WeakMap<Socket, Line>();

  constructor(options: ConnectionLinesOptions) {
    this.#options = options;
  }

  /** Calls `begin` when it is this request's turn on its connection; never, when that is closed. */
  enter({ socket }: IncomingMessage, response: ServerResponse, begin: () => void): void {
    const line = this.#lines.get(socket) ?? this.#open(socket);
    if (line.underWayCount < this.#options.underWayCountMax && line.waiting.length === 0) {
      this.#begin(socket, line, { response, begin });
      return;
    }
    line.waiting.push({ response, begin });
    stopReading(socket);
    this.#options.onWait();
  }

  /** Do further requests wait behind those that are under way? */
  hasWaiting(socket: Socket): boolean {
    return (this.#lines.get(socket)?.waiting.length ?? 0) > 0;
  }

  #open(socket: Socket): Line {
    const line: Line = { underWayCount: 0, waiting: [] };
    this.#lines.set(socket, line);
    // Node resumes it as well: to read a body, or when an answer is out.
    socket.on('resume', () => {
      if (line.waiting.length > 0) stopReading(socket);
    });
    return line;
  }

  #begin(socket: Socket, line: Line, { response, begin }: Waiting): void {
    line.underWayCount += 1;
    response.once('close', () => {
      line.underWayCount -= 1;
      // In a later turn of the event loop, so that others have theirs in between.
      if (line.waiting.length > 0) setImmediate(() => this.#beginNext(socket, line));
    });
    begin();
  }

  #beginNext(socket: Socket, line: Line): void {
    if (line.underWayCount >= this.#options.underWayCountMax || socket.destroyed) return;
    const next = line.waiting.shift();
    if (next === undefined) return;
    if (line.waiting.length === 0) socket.resume();
    this.#begin(socket, line, next);
  }
}

/**
 * Node resumes a socket a tick after it was told to. Where it was paused in between it reads all the same,
 * and another pause changes nothing: only who hears of a pause stops the reading.
 */
function stopReading(socket: Socket): void {
  socket.pause();
  socket.emit('pause');
}
