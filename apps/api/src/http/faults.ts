import {
  TRPC_ERROR_CODES_BY_KEY,
  type TRPC_ERROR_CODE_KEY,
  type TRPC_ERROR_CODE_NUMBER,
} from '@trpc/server/rpc';
import { type FaultCode, faultKinds } from './fault-kinds.ts';
import type { FieldFault } from './field-faults.ts';

interface FaultDetails {
  readonly message?: string;
  readonly retryAfterMs?: number;
  readonly fields?: readonly FieldFault[];
  readonly cause?: unknown;
}

/**
 * Something that stopped a call, other than a refusal: refusals are expected, and are data.
 *
 * @example throw new Fault('not_found')
 * @example throw new Fault('overloaded', { retryAfterMs: 1_000 })
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly retryAfterMs: number | null;
  readonly fields: readonly FieldFault[];

  constructor(code: FaultCode, details: FaultDetails = {}) {
    // Its code says what happened, not its stack, which took 18 of the 31 µs that a refused call's
    // errors took, and those who ask for too much are refused by the thousand.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(details.message ?? faultKinds[code].message, { cause: details.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.code = code;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.fields = details.fields ?? [];
  }

  get httpStatus(): number {
    return faultKinds[this.code].httpStatus;
  }
}

/** What a caller receives for a fault, in place of a result. */
export interface FaultOnWire {
  readonly message: string;
  /** JSON-RPC's number, as tRPC clients expect it. */
  readonly code: TRPC_ERROR_CODE_NUMBER;
  readonly data: {
    /** tRPC's name, for its clients. */
    readonly code: TRPC_ERROR_CODE_KEY;
    readonly httpStatus: number;
    readonly fault: FaultCode;
    /** The same call may succeed after this many milliseconds. */
    readonly retryAfterMs?: number;
    /** For bad_input: what to change. */
    readonly fields?: readonly FieldFault[];
  };
}

/** The fault as its caller sees it. Of an internal one, nothing but that it happened. */
export function presentFault(fault: Fault): FaultOnWire {
  const { code, httpStatus } = faultKinds[fault.code];
  return {
    message: fault.message,
    code: TRPC_ERROR_CODES_BY_KEY[code],
    data: {
      code,
      httpStatus,
      fault: fault.code,
      ...(fault.retryAfterMs !== null && { retryAfterMs: fault.retryAfterMs }),
      ...(fault.fields.length > 0 && { fields: fault.fields }),
    },
  };
}
