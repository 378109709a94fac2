import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@holdfast/process';
import { answerHeaders } from './answer-headers.ts';
import type { Cors } from './cors.ts';
import { logWhenAnswered } from './request-log.ts';
import { ServedRequest } from './served.ts';

interface PreflightParts {
  readonly cors: Cors;
  readonly proxyCount: number;
  readonly isDraining: () => boolean;
  readonly logger: Logger;
}

/**
 * Answers browsers that ask before they call, or says `false` and has not touched the request. It sits
 * before Fastify's router: a page asks once for every URL, and each input of a query makes one.
 *
 * @example createAnswerPreflight(parts)(request, response) || take(request, response)
 */
export function createAnswerPreflight({ cors, proxyCount, isDraining, logger }: PreflightParts) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const headers = cors.preflightHeadersOf(request);
    if (headers === null) return false;
    const served = new ServedRequest(request, proxyCount);
    logWhenAnswered(logger, served, response);
    const ending = isDraining() ? { connection: 'close' } : {};
    response.writeHead(204, { ...answerHeaders(served.id), ...headers, ...ending });
    response.end();
    return true;
  };
}
