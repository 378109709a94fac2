/**
 * autocannon ships no types. These cover what `closed-loop.ts` uses of version 9.0.0, read from its
 * `lib/run.js`, `lib/httpClient.js` and `lib/requestIterator.js`.
 */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface RequestData {
    readonly method: string;
    readonly path: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
  }

  export interface Request<Context extends object> {
    method: string;
    path: string;
    /** Called before each sending, with a context that lives until the answer to it. */
    setupRequest(request: RequestData, context: Partial<Context>): RequestData;
    /** Called with each complete answer, with the context of its request. */
    onResponse(status: number, body: string, context: Partial<Context>): void;
  }

  export interface Options<Context extends object> {
    url: string;
    connections: number;
    /** Requests in all, divided among the connections as evenly as it goes. */
    amount: number;
    /** Seconds without an answer after which a connection is given up and opened anew. */
    timeout: number;
    /** Milliseconds between looks at whether all is done. */
    sampleInt: number;
    requests: Request<Context>[];
  }

  export interface Run extends EventEmitter, PromiseLike<unknown> {
    /** Ends the run within `sampleInt`. */
    stop(): void;
  }

  export default function autocannon<Context extends object>(options: Options<Context>): Run;
}
