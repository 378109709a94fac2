import type { User } from '@holdfast/auth';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { callerAddress } from './caller-address.ts';
import type { FaultCode } from './fault-kinds.ts';
import { requestIdOf } from './request-id.ts';

/** A request, as far as logs and contexts look at it. Fastify's requests are such. */
export interface Served {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  /** The caller's own address. */
  readonly ip: string;
  readonly headers: IncomingHttpHeaders;
  /** Who calls, once that is known. */
  user: User | null;
  /** The last fault that it was answered with. */
  fault: FaultCode | null;
}

/**
 * A request that Fastify never sees.
 *
 * @example new ServedRequest(request, 0).id // what x-request-id says, or a new id
 */
export class ServedRequest implements Served {
  readonly id: string;
  user: User | null = null;
  fault: FaultCode | null = null;
  readonly #request: IncomingMessage;
  readonly #proxyCount: number;

  /** `proxyCount`: as callerAddress. */
  constructor(request: IncomingMessage, proxyCount: number) {
    this.#request = request;
    this.#proxyCount = proxyCount;
    this.id = requestIdOf(request);
  }

  get method(): string {
    return this.#request.method ?? '';
  }

  get url(): string {
    return this.#request.url ?? '';
  }

  get ip(): string {
    return callerAddress(this.#request, this.#proxyCount);
  }

  get headers(): IncomingHttpHeaders {
    return this.#request.headers;
  }
}
