import { useInfiniteQuery } from '@tanstack/react-query';
import type { SeenBooking } from './deadline.ts';
import { usePage } from './holdfast-provider.ts';
import { keysOf } from './query-keys.ts';

/** The user's own bookings, newest first, as far as they were read. */
export interface OwnBookings {
  readonly status: 'loading' | 'failed' | 'ready';
  readonly bookings: readonly SeenBooking[];
  /** Why they could not be read, or not be read again; `null`: they could. */
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  /** Reads the next page. */
  readonly loadMore: () => void;
  /** Reads again what was read. */
  readonly readAgain: () => void;
}

/**
 * The user's own bookings, newest first, a page at a time. They are read again after every command of this package's
 * hooks, in any tab, and when the machine wakes.
 *
 * @example
 * const { bookings, hasMore, loadMore } = useBookings();
 */
export function useBookings(): OwnBookings {
  const { client, userId, clock } = usePage();
  const query = useInfiniteQuery({
    queryKey: keysOf(userId).bookings,
    async queryFn({ pageParam, signal }) {
      const { items, nextCursor } = await client.booking.mine({ cursor: pageParam }, { signal });
      const seenAt = clock.now();
      return { nextCursor, bookings: items.map((booking) => ({ booking, seenAt })) };
    },
    initialPageParam: firstPage,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // The client has retried already, and knows when it is of use.
    retry: false,
    networkMode: 'always',
  });
  return {
    status: query.data === undefined ? (query.isError ? 'failed' : 'loading') : 'ready',
    bookings: query.data?.pages.flatMap(({ bookings }) => bookings) ?? [],
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage({ cancelRefetch: false }),
    readAgain: () => void query.refetch(),
  };
}

const firstPage: string | null = null;
