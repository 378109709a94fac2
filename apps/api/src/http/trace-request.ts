import type { ServerResponse } from 'node:http';
import type { RequestName, Tracing } from '@holdfast/process/trace';
import type { ServedRequest } from './served.ts';

const pathLengthMax = 200;
const callerLeftStatus = 499;

/** Procedures of tRPC, of which there are few. Other paths may have ids in them, and are no names. */
const procedures = /^\/trpc\/([\w.,]{1,100})$/;

/** Asked every second by whoever looks after processes, and about no booking. */
const health = /^\/(?:trpc\/health\.|api\/health\/)/;

/**
 * Begins the span of a request, if it is traced, and ends it with its answer. It has the path without its query,
 * as the log does: inputs, tokens and users stay out of traces.
 */
export function traceRequest(
  tracing: Tracing,
  served: ServedRequest,
  response: ServerResponse,
): void {
  const { url = '', headers } = served;
  if (health.test(url)) return;
  const { traceparent } = headers;
  const place = typeof traceparent === 'string' ? traceparent : undefined;
  const span = tracing.beginRequest(place, () => nameOf(served));
  if (span === null) return;
  served.span = span;
  response.on('close', () => {
    const status = response.writableFinished ? response.statusCode : callerLeftStatus;
    const fault = served.fault ?? (status >= 500 ? String(status) : undefined);
    span.end({ 'http.response.status_code': status }, fault);
  });
}

function nameOf({ method = '', url = '' }: ServedRequest): RequestName {
  const [path = ''] = url.split('?', 1);
  const [, names] = procedures.exec(path) ?? [];
  return {
    name: names === undefined ? method : `${method} ${names}`,
    facts: { 'http.request.method': method, 'url.path': path.slice(0, pathLengthMax) },
  };
}
