import { createTRPCClient, httpBatchLink, httpLink, type Operation } from '@trpc/client';
import type { AnyTRPCRouter } from '@trpc/server';
import { AttemptFailed } from './failure.ts';
import type { Inputs, Outputs } from './procedures.ts';
import { answeringFetch } from './read-answer.ts';
import type { TraceRequest } from './trace.ts';
import { traceHeadersOf, traceLink } from './trace-link.ts';

/** The token that a user or organizer signs in with, or what gets a fresh one. */
export type Token = string | (() => string | Promise<string>);

export interface TransportOptions {
  readonly url: string;
  readonly token: Token | undefined;
  readonly fetch: typeof fetch;
  readonly batch: boolean;
  readonly trace: TraceRequest | undefined;
}

/** How a call can be ended. */
interface Ends {
  readonly signal: AbortSignal;
}

interface Query<Input, Output> {
  query(input: Input, ends: Ends): Promise<Output>;
}

interface Mutation<Input, Output> {
  mutate(input: Input, ends: Ends): Promise<Output>;
}

type QueryName = 'get' | 'mine' | 'history' | 'list' | 'bookings' | 'live' | 'ready';

type Procedures<Takes, Answers> = {
  readonly [Name in keyof Takes & keyof Answers]: Name extends QueryName
    ? Query<Takes[Name], Answers[Name]>
    : Mutation<Takes[Name], Answers[Name]>;
};

/** Each procedure by noun, as `@trpc/client` calls it. */
export type Transport = {
  readonly [Noun in keyof Inputs]: Procedures<Inputs[Noun], Outputs[Noun]>;
};

/** How many calls share one HTTP request, if they may. The api's own limit is not lower. */
const batchSizeMax = 10;
/** Some proxies refuse longer URLs. A batch of queries is split before. */
const urlLengthMax = 2_000;

/** Typed calls over HTTP, without retries. */
export function openTransport(options: TransportOptions): Transport {
  const link = {
    url: proceduresUrl(options.url),
    fetch: answeringFetch(options.fetch),
  };
  const { token, trace } = options;
  const headersOf = async (op: Operation) => ({
    ...(await authorization(token)),
    ...traceHeadersOf(op),
  });
  const batchLimits = { maxItems: batchSizeMax, maxURLLength: urlLengthMax };
  const calls: unknown = createTRPCClient<AnyTRPCRouter>({
    links: [
      ...(trace === undefined ? [] : [traceLink(trace)]),
      options.batch
        ? httpBatchLink({
            ...link,
            ...batchLimits,
            headers: ({ opList: [first] }) => headersOf(first),
          })
        : httpLink({ ...link, headers: ({ op }) => headersOf(op) }),
    ],
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- test/procedures.test.ts compares them.
  return calls as Transport;
}

/** Where the procedures are. Said at once, because `fetch` would only say it later, as if the network were broken. */
export function proceduresUrl(url: string): string {
  if (!/^(https?:\/\/[^/?#]|\/|$)/.test(url)) {
    throw new TypeError(`url must look like 'https://host:port', not '${url}'.`);
  }
  const base = url.replace(/\/+$/, '');
  if (base.endsWith('/trpc')) {
    throw new TypeError(`url must not end in '/trpc': the client adds that itself.`);
  }
  return `${base}/trpc`;
}

/** The header that a token goes into. @throws AttemptFailed `token_unavailable` */
export async function authorization(token: Token | undefined): Promise<Record<string, string>> {
  if (token === undefined) return {};
  try {
    const text = typeof token === 'string' ? token : await token();
    // Checked here, because `fetch` would quote the token in its message.
    if (!/^[\x21-\x7e]+$/.test(text))
      throw new TypeError('It holds characters no header may hold.');
    return { authorization: `Bearer ${text}` };
  } catch (cause) {
    throw new AttemptFailed({
      fault: 'token_unavailable',
      message: 'There is no token to sign in with: the token function failed, or gave no token.',
      cause,
    });
  }
}
