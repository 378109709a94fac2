import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { User } from '../user.ts';
import type { FaultCode } from './fault-kinds.ts';
import { requestIdOf } from './request-id.ts';

/** A request, as far as logs and contexts look at it. Fastify's requests are such. */
export interface Served {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** The caller's own address. */
  readonly ip: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Who calls, once that is known. */
  user: User | null;
  /** The last fault that it was answered with. */
  fault: FaultCode | null;
}

/**
 * A request that Fastify never sees.
 *
 * @example new ServedRequest(request).id // what x-request-id says, or a new id
 */
export class ServedRequest implements Served {
  readonly id: string;
  user: User | null = null;
  fault: FaultCode | null = null;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage) {
    this.#request = request;
    this.id = requestIdOf(request);
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  get url(): string {
    return this.#request.url ?? '';
  }

  get ip(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }
}
