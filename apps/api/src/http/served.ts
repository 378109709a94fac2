import type { User } from '@holdfast/auth';
import type { Span } from '@holdfast/process/trace';
import { IncomingMessage } from 'node:http';
import { callerAddress } from './caller-address.ts';
import type { Taken } from '../rates/limit.ts';
import type { FaultCode } from './fault-kinds.ts';
import { requestIdOf } from './request-id.ts';

const nothingTaken: readonly Taken[] = [];

/** A request as Node makes it, with what is found out about it: the same for every way to answer it. */
export class ServedRequest extends IncomingMessage {
  /** Proxies in front, as callerAddress counts them. */
  proxyCount = 0;
  /** Who calls, once that is known. */
  user: User | null = null;
  /** The last fault that it was answered with, for its log line. */
  fault: FaultCode | null = null;
  /** Its part of a trace, where it is traced. */
  span: Span | null = null;
  /** What its caller has taken of limits by it. */
  taken: readonly Taken[] = nothingTaken;
  #id: string | null = null;

  /** What names it in logs and in its answer. */
  get id(): string {
    this.#id ??= requestIdOf(this);
    return this.#id;
  }

  /** The caller's own address. */
  get ip(): string {
    return callerAddress(this, this.proxyCount);
  }
}

/**
 * The request beneath one of Fastify's.
 *
 * @example servedOf(request).fault = 'not_found'
 */
export function servedOf({ raw }: { readonly raw: IncomingMessage }): ServedRequest {
  if (raw instanceof ServedRequest) return raw;
  throw new TypeError('The server makes its requests with serverFactory.');
}
