import { isTRPCClientError } from '@trpc/client';
import { AttemptFailed, type Failure, type FieldFault, failure } from './failure.ts';
import { faultOfStatus, isFault } from './fault.ts';

/**
 * What went wrong with an attempt, from whatever it threw.
 *
 * @throws what was thrown, where it is no failure of a call but a bug: input that is not JSON, say
 */
export function readFailure(thrown: unknown): Failure {
  const error = isTRPCClientError(thrown) && thrown.cause !== undefined ? thrown.cause : thrown;
  if (error instanceof AttemptFailed) return error.failure;
  if (isTRPCClientError(error) && isObject(error.data)) return readFault(error.message, error.data);
  throw error;
}

/** A fault that the api stated in its one shape of errors. Nothing on the wire is believed before it was looked at. */
export function readFault(message: string, data: Record<string, unknown>): Failure {
  const httpStatus = typeof data['httpStatus'] === 'number' ? data['httpStatus'] : 500;
  return failure({
    fault: isFault(data['fault']) ? data['fault'] : faultOfStatus(httpStatus),
    message,
    code: typeof data['code'] === 'string' ? data['code'] : null,
    httpStatus,
    retryAfterMs: readDurationMs(data['retryAfterMs']),
    fields: Array.isArray(data['fields']) ? data['fields'].filter(isFieldFault) : [],
  });
}

/** A duration that can be waited for, or `null`. */
export function readDurationMs(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function isFieldFault(value: unknown): value is FieldFault {
  return (
    isObject(value) && typeof value['path'] === 'string' && typeof value['message'] === 'string'
  );
}

/** A plain look at something from the wire. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
