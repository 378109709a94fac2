import type { AppRouter } from '@holdfast/api';
import { createHoldfastClient } from '@holdfast/client';
import { HoldfastProvider } from '@holdfast/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { createTRPCOptionsProxy, type TRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useSession } from '../session/session-provider.tsx';
import type { SignedIn } from '../session/session.ts';
import { holdfastLink } from './holdfast-link.ts';

type Reads = TRPCOptionsProxy<AppRouter>;

const ReadsContext = createContext<Reads | null>(null);

/** What was read lives as long as its user is signed in: nobody sees another's. */
export function DataProvider({ children }: { readonly children: ReactNode }) {
  const { signedIn } = useSession();
  const { client, queryClient, reads } = useMemo(() => openData(signedIn), [signedIn]);
  return (
    <QueryClientProvider client={queryClient}>
      <HoldfastProvider client={client} userId={signedIn?.userId ?? ''}>
        <ReadsContext value={reads}>{children}</ReadsContext>
      </HoldfastProvider>
    </QueryClientProvider>
  );
}

/**
 * What can be read, as options for TanStack Query.
 *
 * @example const event = useQuery(useReads().event.get.queryOptions({ eventId }));
 */
export function useReads(): Reads {
  const reads = useContext(ReadsContext);
  if (reads === null) throw new Error('Put this component inside a <DataProvider>.');
  return reads;
}

function openData(signedIn: SignedIn | null) {
  const client = createHoldfastClient({ url: '', token: signedIn?.token });
  const queryClient = new QueryClient({
    // The client has retried already, and knows when it is of use.
    defaultOptions: { queries: { retry: false, networkMode: 'always' } },
  });
  const trpc = createTRPCClient<AppRouter>({ links: [holdfastLink(client)] });
  const reads = createTRPCOptionsProxy<AppRouter>({ client: trpc, queryClient });
  return { client, queryClient, reads };
}
