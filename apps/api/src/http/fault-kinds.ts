import type { TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';

interface FaultKind {
  /** The nearest code that tRPC has a name for. */
  readonly code: TRPC_ERROR_CODE_KEY;
  readonly httpStatus: number;
  /** What a person reads: what is wrong, and the fix. */
  readonly message: string;
}

/** Every fault that the api answers with. The codes are stable: clients branch on them. */
export const faultKinds = {
  bad_input: {
    code: 'BAD_REQUEST',
    httpStatus: 400,
    message: 'The input is not valid. `fields` names what to change.',
  },
  unauthenticated: {
    code: 'UNAUTHORIZED',
    httpStatus: 401,
    message: 'Send a valid token in the header "Authorization: Bearer …".',
  },
  forbidden: {
    code: 'FORBIDDEN',
    httpStatus: 403,
    message: 'Your role may not call this procedure.',
  },
  not_found: {
    code: 'NOT_FOUND',
    httpStatus: 404,
    message: 'Nothing was found under this path and these ids. Check both.',
  },
  method_not_allowed: {
    code: 'METHOD_NOT_SUPPORTED',
    httpStatus: 405,
    message: 'Call queries with GET and mutations with POST.',
  },
  request_timeout: {
    code: 'TIMEOUT',
    httpStatus: 408,
    message: 'The request took too long to arrive. Send it again.',
  },
  payload_too_large: {
    code: 'PAYLOAD_TOO_LARGE',
    httpStatus: 413,
    message: 'The body is too large. Send less at a time.',
  },
  unsupported_media_type: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    httpStatus: 415,
    message: 'Send JSON, with the header "Content-Type: application/json".',
  },
  rate_limited: {
    code: 'TOO_MANY_REQUESTS',
    httpStatus: 429,
    message: 'Too many calls in a short time. Nothing was done; call again after the wait.',
  },
  headers_too_large: {
    code: 'BAD_REQUEST',
    httpStatus: 431,
    message: 'The headers or the URL are too long. Send shorter ones.',
  },
  internal: {
    code: 'INTERNAL_SERVER_ERROR',
    httpStatus: 500,
    message: 'Something went wrong here. The header x-request-id names this request in our logs.',
  },
  overloaded: {
    code: 'SERVICE_UNAVAILABLE',
    httpStatus: 503,
    message: 'Too many calls are waiting. Nothing was written; try again later.',
  },
  contended: {
    code: 'SERVICE_UNAVAILABLE',
    httpStatus: 503,
    message: 'Other calls kept changing the same rows. Nothing was written; try again later.',
  },
  database_unavailable: {
    code: 'SERVICE_UNAVAILABLE',
    httpStatus: 503,
    message: 'The database does not answer. Nothing was written; try again later.',
  },
  keys_unavailable: {
    code: 'SERVICE_UNAVAILABLE',
    httpStatus: 503,
    message: 'The keys to check tokens with cannot be fetched. Try again later.',
  },
  draining: {
    code: 'SERVICE_UNAVAILABLE',
    httpStatus: 503,
    message: 'This process is stopping. Send the call again: another process takes it.',
  },
  deadline_exceeded: {
    code: 'GATEWAY_TIMEOUT',
    httpStatus: 504,
    message: 'The answer did not come in time. Send the same call again.',
  },
} as const satisfies Record<string, FaultKind>;

/** The stable, snake_case name of what went wrong. */
export type FaultCode = keyof typeof faultKinds;
