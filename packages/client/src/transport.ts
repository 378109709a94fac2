import type { AppRouter } from '@holdfast/api';
import { createTRPCClient, httpBatchLink, httpLink, type TRPCClient } from '@trpc/client';
import { AttemptFailed } from './failure.ts';
import { answeringFetch } from './read-answer.ts';

/** The token that a user or organizer signs in with, or what gets a fresh one. */
export type Token = string | (() => string | Promise<string>);

export interface TransportOptions {
  readonly url: string;
  readonly token: Token | undefined;
  readonly fetch: typeof fetch;
  readonly batch: boolean;
}

export type Transport = TRPCClient<AppRouter>;

/** How many calls share one HTTP request, if they may. The api's own limit is not lower. */
const batchSizeMax = 10;
/** Some proxies refuse longer URLs. A batch of queries is split before. */
const urlLengthMax = 2_000;

/** Typed calls over HTTP, without retries. */
export function openTransport(options: TransportOptions): Transport {
  const link = {
    url: proceduresUrl(options.url),
    fetch: answeringFetch(options.fetch),
    headers: () => authorization(options.token),
  };
  const batchLimits = { maxItems: batchSizeMax, maxURLLength: urlLengthMax };
  return createTRPCClient<AppRouter>({
    links: [options.batch ? httpBatchLink({ ...link, ...batchLimits }) : httpLink(link)],
  });
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
