import type { AnyRouter } from '@trpc/server';
import { getHTTPStatusCode } from '@trpc/server/http';
import type { TRPCResponse } from '@trpc/server/rpc';
import { configOf } from './procedures.ts';

/** What goes out for a request. */
export interface Answer {
  readonly status: number;
  /** What `body` says, one a call: headers may depend on it. */
  readonly responses: readonly TRPCResponse[];
  readonly body: string;
}

export interface Writer {
  /** A lone response for a lone call, else a list. Of several statuses it makes 207. */
  write(responses: readonly TRPCResponse[], isBatch: boolean): Answer;
}

/**
 * Writes responses as the plain links read them, through the router's transformer.
 *
 * @example createWriter(router).write([{ result: { data: 1 } }], false).body // '{"result":{"data":1}}'
 */
export function createWriter(router: AnyRouter): Writer {
  const { output } = configOf(router).transformer;
  const serialized = (response: TRPCResponse) =>
    'error' in response
      ? { error: output.serialize(response.error) as unknown }
      : { result: { data: output.serialize(response.result.data) as unknown } };
  return {
    write(responses, isBatch) {
      const [first] = responses;
      const isLone = !isBatch && first !== undefined;
      const body = JSON.stringify(isLone ? serialized(first) : responses.map(serialized));
      return { status: statusOf(responses), responses, body };
    },
  };
}

function statusOf(responses: readonly TRPCResponse[]): number {
  return responses.some(isError) ? getHTTPStatusCode([...responses]) : 200;
}

const isError = (response: TRPCResponse) => 'error' in response;
