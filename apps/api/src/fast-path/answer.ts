import { getHTTPStatusCode } from '@trpc/server/http';
import type { TRPCResponse } from '@trpc/server/rpc';

/** What goes out for a request. */
export interface Answer {
  readonly status: number;
  /** What `body` says, one a call: headers may depend on it. */
  readonly responses: readonly TRPCResponse[];
  readonly body: string;
}

/**
 * Writes responses as the plain links read them: a lone response for a lone call, else a list. Of several
 * statuses it makes 207.
 *
 * @example answerOf([{ result: { data: 1 } }], false).body // '{"result":{"data":1}}'
 */
export function answerOf(responses: readonly TRPCResponse[], isBatch: boolean): Answer {
  const [first] = responses;
  const isLone = !isBatch && first !== undefined;
  const body = JSON.stringify(isLone ? first : responses);
  const hasError = responses.some((response) => 'error' in response);
  return { status: hasError ? getHTTPStatusCode([...responses]) : 200, responses, body };
}
