import type { ServerResponse } from 'node:http';
import type { Logger } from '@holdfast/process';
import type { ServedRequest } from './served.ts';

const pathLengthMax = 200;
const callerLeftStatus = 499;

/** Logs the line of one request when its answer is out or its caller gone. */
export function logWhenAnswered(
  logger: Logger,
  served: ServedRequest,
  response: ServerResponse,
): void {
  const startedAtMs = performance.now();
  response.on('close', () => logRequest(logger, served, { response, startedAtMs }));
}

/**
 * The line: method, path without its query (inputs stay out of logs), status, time in
 * milliseconds, ids. A caller that left before the answer has status 499, as proxies write it.
 *
 * A fault, or a caller that left, is `info`. A success is `debug`, and so is a caller that is limited: writing its line takes longer than
 * everything else about an empty call (25 to 40 of 100 µs), and in the rush for a ticket that is when
 * time is short.
 */
function logRequest(
  logger: Logger,
  served: ServedRequest,
  { response, startedAtMs }: { readonly response: ServerResponse; readonly startedAtMs: number },
): void {
  const status = response.writableFinished ? response.statusCode : callerLeftStatus;
  const level = levelOf(served, status);
  if (!logger.isLevelEnabled(level)) return;
  logger[level](
    {
      method: served.method,
      path: served.url?.split('?', 1)[0]?.slice(0, pathLengthMax),
      status,
      ms: Math.round((performance.now() - startedAtMs) * 10) / 10,
      requestId: served.id,
      address: served.ip,
      ...(served.user && { user: served.user.id }),
      ...(served.fault && { fault: served.fault }),
      ...(served.span && { traceId: served.span.traceId }),
    },
    'request',
  );
}

function levelOf({ fault }: ServedRequest, status: number): 'info' | 'debug' {
  if (fault === 'rate_limited') return 'debug';
  return status >= 400 || fault !== null ? 'info' : 'debug';
}
