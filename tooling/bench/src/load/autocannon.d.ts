/**
 * autocannon ships no types. These cover what this package uses of version 9.0.0, read from its
 * `lib/run.js`, `lib/httpClient.js` and `lib/requestIterator.js`.
 */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Request {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    /** Set by `setRequests`: the bytes that will be sent. */
    readonly requestBuffer?: Buffer;
  }

  export interface Client {
    /** What it will send, in this order, built now and not while it runs. */
    setRequests(requests: readonly Request[]): void;
    /** It ends after so many requests; read before each. */
    responseMax: number;
    readonly reqsMade: number;
  }

  export interface Options {
    url: string;
    connections: number;
    /** Seconds after which the run ends, whatever its clients do. */
    duration: number;
    /** Seconds without an answer after which a connection is given up and opened anew. */
    timeout: number;
    /** Milliseconds between looks at whether all is done. */
    sampleInt: number;
    /** Called for each connection before it is opened. */
    setupClient(client: Client): void;
    /** Called with each complete answer, right after the event `response` that belongs to it. */
    verifyBody(body: string): boolean;
  }

  interface Events {
    response: [client: Client, status: number, bytes: number, durationMs: number];
    reqError: [error: Error];
  }

  export interface Run extends EventEmitter<Events>, PromiseLike<unknown> {
    /** Ends the run within `sampleInt`. */
    stop(): void;
  }

  export default function autocannon(options: Options): Run;
}
