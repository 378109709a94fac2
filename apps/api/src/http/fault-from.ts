import { AuthFault } from '@holdfast/auth';
import { CommitContended, DatabaseUnavailable, ReadsOverloaded } from '@holdfast/data';
import {
  DeadlineExceeded,
  Draining,
  EngineFault,
  EventNotFound,
  Overloaded,
} from '@holdfast/engine';
import { TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { ZodError } from 'zod';
import type { FaultCode } from './fault-kinds.ts';
import { Fault } from './faults.ts';
import { fieldFaultsOf } from './field-faults.ts';

const malformedMessage = 'The request is not well-formed.';

/**
 * The one place that says what a thrown thing means to the caller. What it does not know is
 * `internal`, whose message says nothing about the inside.
 */
export function faultFrom(thrown: unknown): Fault {
  if (thrown instanceof TRPCError) return faultFromTrpc(thrown);
  return knownFault(thrown) ?? faultFromStatus(thrown);
}

/** What this api and its data package throw on purpose. */
function knownFault(thrown: unknown): Fault | null {
  if (thrown instanceof Fault) return thrown;
  if (thrown instanceof EngineFault) return engineFault(thrown);
  if (thrown instanceof DatabaseUnavailable) {
    return new Fault('database_unavailable', { retryAfterMs: thrown.retryAfterMs, cause: thrown });
  }
  if (thrown instanceof ReadsOverloaded) {
    return new Fault('overloaded', { retryAfterMs: thrown.retryAfterMs, cause: thrown });
  }
  if (thrown instanceof CommitContended) {
    return new Fault('contended', { retryAfterMs: thrown.retryAfterMs, cause: thrown });
  }
  if (thrown instanceof AuthFault) {
    const { code, retryAfterMs, cause } = thrown;
    return new Fault(code, { ...(retryAfterMs !== null && { retryAfterMs }), cause });
  }
  return null;
}

/** Without a cause: their class says all, and those who ask for too much are refused by the thousand. */
function engineFault({ constructor: kind, retryAfterMs }: EngineFault): Fault {
  const code = codesByEngineFault.get(kind) ?? 'internal';
  return new Fault(code, retryAfterMs === null ? {} : { retryAfterMs });
}

const codesByEngineFault = new Map<unknown, FaultCode>([
  [Overloaded, 'overloaded'],
  [EventNotFound, 'not_found'],
  [Draining, 'draining'],
  [DeadlineExceeded, 'deadline_exceeded'],
]);

const codesByTrpcCode: Partial<Record<TRPC_ERROR_CODE_KEY, FaultCode>> = {
  PARSE_ERROR: 'bad_input',
  BAD_REQUEST: 'bad_input',
  NOT_FOUND: 'not_found',
  METHOD_NOT_SUPPORTED: 'method_not_allowed',
  PAYLOAD_TOO_LARGE: 'payload_too_large',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_media_type',
};

/**
 * tRPC throws on its own while it reads a request, and wraps what procedures throw. A failed
 * output schema is wrapped, too: a ZodError that is our own mistake, so `internal`.
 */
function faultFromTrpc(error: TRPCError): Fault {
  const code = codesByTrpcCode[error.code] ?? 'internal';
  if (code === 'bad_input') return badInputFrom(error);
  if (code !== 'internal') return new Fault(code, { cause: error });
  return knownFault(error.cause) ?? new Fault('internal', { cause: error.cause ?? error });
}

function badInputFrom(error: TRPCError): Fault {
  const { cause } = error;
  if (cause instanceof ZodError) return new Fault('bad_input', { fields: fieldFaultsOf(cause) });
  if (cause === undefined) return new Fault('bad_input', { message: `${error.message}.` });
  // What JSON.parse throws. Others have other causes, such as a URL or a header that is none.
  const isOfJson = cause instanceof SyntaxError;
  const message = isOfJson ? 'The input is not well-formed JSON in UTF-8.' : malformedMessage;
  return new Fault('bad_input', { message, cause });
}

const codesByHttpStatus: Readonly<Record<number, FaultCode>> = {
  400: 'bad_input',
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'payload_too_large',
  414: 'headers_too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
};

/** Fastify's own errors carry the status that they mean. */
function faultFromStatus(thrown: unknown): Fault {
  const status = thrown instanceof Error && 'statusCode' in thrown ? thrown.statusCode : null;
  const code = (typeof status === 'number' ? codesByHttpStatus[status] : null) ?? 'internal';
  const message = malformedMessage;
  return new Fault(code, { cause: thrown, ...(code === 'bad_input' && { message }) });
}
