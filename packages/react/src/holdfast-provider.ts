import type { HoldfastClient } from '@holdfast/client';
import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
} from 'react';
import { browserClock, type Clock } from './clock.ts';
import type { KeptText } from './hold-journal.ts';
import { browserText } from './kept-text.ts';
import { createPage, type Page } from './page.ts';

const PageContext = createContext<Page | null>(null);

export interface HoldfastProviderProps {
  /** With the user's token. */
  readonly client: HoldfastClient;
  /** Whose page it is: what is kept and cached is kept apart by it. It need not be secret, and is never sent. */
  readonly userId: string;
  /** Default: the browser's clocks. */
  readonly clock?: Clock | undefined;
  /** Where the ids of holds are kept. Default: `localStorage`. */
  readonly kept?: KeptText | undefined;
  readonly children?: ReactNode;
}

const defaultText = browserText();

/**
 * Gives the hooks of this package their client. It stands inside a `QueryClientProvider`.
 *
 * @example
 * <QueryClientProvider client={queryClient}>
 *   <HoldfastProvider client={createHoldfastClient({ url, token })} userId="ann">…</HoldfastProvider>
 * </QueryClientProvider>
 */
export function HoldfastProvider({
  client,
  userId,
  clock = browserClock,
  kept = defaultText,
  children,
}: HoldfastProviderProps): ReactElement {
  const queryClient = useQueryClient();
  const page = useMemo(
    () => createPage({ client, userId, clock, kept, queryClient }),
    [client, userId, clock, kept, queryClient],
  );
  useEffect(() => page.listen(), [page]);
  return createElement(PageContext, { value: page }, children);
}

/** @throws Error outside of a HoldfastProvider */
export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === null) {
    throw new Error('Put this component inside a <HoldfastProvider>: its hooks need a client.');
  }
  return page;
}

/**
 * The client of the nearest HoldfastProvider.
 *
 * @throws Error outside of one
 */
export function useHoldfastClient(): HoldfastClient {
  return usePage().client;
}
