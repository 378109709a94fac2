import type { AppRouter } from '@holdfast/api';
import type { HoldfastClient } from '@holdfast/client';
import { type Operation, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';

/**
 * Lets tRPC's own integration with TanStack Query read through the client of Holdfast: its retries, their budget, and
 * its memory of what this page has changed, so that nothing older is shown. It ends the chain of links.
 *
 * Reads alone: commands are the client's own calls, because they can end in doubt.
 *
 * @example createTRPCClient<AppRouter>({ links: [holdfastLink(client)] })
 */
export function holdfastLink(client: HoldfastClient): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        readingOf(client, op).then(
          (data) => {
            observer.next({ result: { type: 'data', data } });
            observer.complete();
          },
          (error: unknown) => observer.error(TRPCClientError.from(errorOf(error))),
        );
      });
}

type Read = (
  input: unknown,
  options: { readonly signal: AbortSignal | undefined },
) => Promise<unknown>;

async function readingOf(client: HoldfastClient, operation: Operation): Promise<unknown> {
  const { path, type, input, signal } = operation;
  if (type !== 'query') throw new TypeError(`${path} is no read: call it by useHoldfastClient.`);
  const [noun = '', name = ''] = path.split('.');
  const calls: unknown = Reflect.get(client, noun);
  const read: unknown =
    typeof calls === 'object' && calls !== null ? Reflect.get(calls, name) : null;
  if (typeof read !== 'function') throw new TypeError(`The client does not know ${path}.`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the client's calls have the router's names and inputs (its own tests).
  return await (read as Read)(input, { signal: signal ?? undefined });
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
