import { STATUS_CODES } from 'node:http';
import type { FaultOnWire } from '../http/faults.ts';

/**
 * What a caller receives in place of a result: problem details (RFC 9457). `error` is the code that
 * programs go by: a fault's, a refusal's reason, or `unknown`.
 */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly error: string;
  readonly [further: string]: unknown;
}

export const problemMediaType = 'application/problem+json';

/** @example typeOf('sold_out') // 'urn:holdfast:problem:sold_out' */
const typeOf = (error: string) => `urn:holdfast:problem:${error}`;

type Further = Readonly<Record<string, unknown>>;

function problem(error: string, status: number, further: Further & { readonly detail: string }) {
  return { type: typeOf(error), title: STATUS_CODES[status] ?? 'Error', status, error, ...further };
}

/**
 * A fault. `nameOf` says how a field is called on the wire.
 *
 * @example problemOfFault(presentFault(new Fault('not_found')), (field) => field).status // 404
 */
export function problemOfFault(
  { message, data }: FaultOnWire,
  nameOf: (field: string) => string,
): Problem {
  const { fault, httpStatus, retryAfterMs, fields } = data;
  return problem(fault, httpStatus, {
    detail: message,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(fields && { fields: fields.map((field) => ({ ...field, path: renamed(field.path) })) }),
  });

  function renamed(path: string): string {
    const [first = '', ...rest] = path.split('.');
    return [nameOf(first), ...rest].join('.');
  }
}

/** A refusal as procedures answer it. */
export interface RefusalOnWire {
  readonly status: 'refused';
  readonly reason: string;
  readonly message: string;
}

/**
 * A refusal: 409, 404 for what is not there, and 422 for an Idempotency-Key that stands for something
 * else. What it says beside reason and message is said here, too.
 *
 * @example problemOfRefusal({ status: 'refused', reason: 'sold_out', message: '…' }, false).status // 409
 */
export function problemOfRefusal(refusal: RefusalOnWire, isKeyed: boolean): Problem {
  const { reason, message: detail, status: _status, ...further } = refusal;
  return problem(reason, refusalStatus(reason, isKeyed), { detail, ...further });
}

function refusalStatus(reason: string, isKeyed: boolean): number {
  if (reason.endsWith('_not_found')) return 404;
  return isKeyed && reason === 'id_taken' ? 422 : 409;
}

/**
 * Nobody knows whether it was written.
 *
 * @example problemOfDoubt({ status: 'unknown', retryAfterMs: 1_000 }, null).error // 'unknown'
 */
export function problemOfDoubt(
  { retryAfterMs }: { readonly retryAfterMs: number },
  key: string | null,
): Problem {
  const how = key === null ? '' : `, with the header Idempotency-Key: ${key}`;
  return problem('unknown', 503, {
    detail: `It is not known yet whether this was written. Send the same request again${how}.`,
    retryAfterMs,
    ...(key !== null && { idempotencyKey: key }),
  });
}
