import { answerHeaders } from './answer-headers.ts';
import type { Cors } from './cors.ts';
import type { TakeRequest } from './take-request.ts';

/**
 * Answers browsers that ask before they call, or says `false` and has not touched the request. It sits
 * before Fastify's router: a page asks once for every URL, and each input of a query makes one.
 *
 * @example createAnswerPreflight(cors)(request, response) || take(request, response)
 */
export function createAnswerPreflight(cors: Cors): TakeRequest {
  return (request, response) => {
    const headers = cors.preflightHeadersOf(request);
    if (headers === null) return false;
    response.writeHead(204, { ...answerHeaders(request), ...headers });
    response.end();
    return true;
  };
}
