import type { BookingWithUser } from '@holdfast/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useReads } from '../../data/data-provider.tsx';
import type { Search } from './search-form.tsx';

/** What a search has found, as far as it was read. */
export interface FoundBookings {
  readonly bookings: readonly BookingWithUser[];
  readonly error: Error | null;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  readonly hasMore: boolean;
  readonly readMore: () => void;
  readonly readAgain: () => void;
}

/** What one screen shows: a search for a rare status goes on until it has as many. */
const wantedCount = 20;

/** The api looks at 5,000 bookings for a page of one status: so many pages are 100,000, and then somebody has to ask. */
const pageCountMax = 20;

/** Searches among the bookings of an event. The api's page may be short, though there are more: then it reads on. */
export function useFoundBookings(eventId: string, search: Search): FoundBookings {
  const query = useInfiniteQuery(
    useReads().event.bookings.infiniteQueryOptions(
      { eventId, ...search },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const pages = query.data?.pages ?? [];
  const bookings = pages.flatMap(({ items }) => items);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const isShort = bookings.length < wantedCount && pages.length < pageCountMax;
  const goesOn = isShort && hasNextPage && !isFetching && pages.length > 0;
  useEffect(() => {
    if (goesOn) void fetchNextPage();
  }, [goesOn, fetchNextPage]);
  return {
    bookings,
    error: query.error instanceof Error ? query.error : null,
    isPending: query.isPending || (goesOn && bookings.length === 0),
    isFetching,
    hasMore: hasNextPage,
    readMore: () => void fetchNextPage(),
    readAgain: () => void query.refetch(),
  };
}
