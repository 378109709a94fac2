import type { TRPCLink } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { observable } from '@trpc/server/observable';
import { readFailure } from './read-failure.ts';
import type { TraceRequest } from './trace.ts';

type Headers = Readonly<Record<string, string>>;

/** What an operation carries from here to the request. */
const carried = 'holdfast.traceHeaders';

/** Follows each operation from here to its answer. */
export function traceLink(trace: TraceRequest): TRPCLink<AnyTRPCRouter> {
  return () =>
    ({ op, next }) => {
      const request = trace(op.path);
      const context = { ...op.context, [carried]: request.headers };
      return observable((observer) =>
        next({ ...op, context }).subscribe({
          next: (answer) => observer.next(answer),
          error(error) {
            request.end(faultNameOf(error));
            observer.error(error);
          },
          complete() {
            request.end(null);
            observer.complete();
          },
        }),
      );
    };
}

/** A bug is thrown to the caller, and has no name of ours. */
export function faultNameOf(error: unknown): string {
  try {
    return readFailure(error).fault;
  } catch {
    return 'error';
  }
}

/** The headers that `traceLink` has put there; none without it. Operations of one request share those of the first. */
export function traceHeadersOf(op: { readonly context: object } | undefined): Headers {
  const found: unknown = op === undefined ? undefined : Reflect.get(op.context, carried);
  return isHeaders(found) ? found : {};
}

function isHeaders(value: unknown): value is Headers {
  return typeof value === 'object' && value !== null;
}
