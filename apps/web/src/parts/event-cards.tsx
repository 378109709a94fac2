import type { Event } from '@holdfast/client';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { ReadFailed } from '../buyer/read-failed.tsx';
import { useReads } from '../data/data-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Button } from './button.tsx';
import { Loading } from './loading.tsx';

interface EventCardsProps {
  /** Only the caller's own, in any status; else all that is to come. */
  readonly isMine: boolean;
  readonly none: string;
  readonly more: string;
  /** What a card says below title and date. */
  readonly children: (event: Event) => ReactNode;
}

/** Events as cards, a page at a time. Each leads to its page, below where the list stands. */
export function EventCards({ isMine, none, more, children }: EventCardsProps) {
  const { date } = useFormat();
  const query = useInfiniteQuery(
    useReads().event.list.infiniteQueryOptions(isMine ? { mine: true } : {}, {
      getNextPageParam: ({ nextCursor }) => nextCursor,
    }),
  );
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      {query.isPending && <Loading />}
      {query.isError && <ReadFailed error={query.error} onAgain={() => void query.refetch()} />}
      {query.isSuccess && events.length === 0 && <p>{none}</p>}
      <ul className="cards">
        {events.map((event) => (
          <li key={event.id} className="card">
            <h2 className="card-title">
              <Link href={`/events/${event.id}`}>
                <bdi>{event.title}</bdi>
              </Link>
            </h2>
            <p>
              <time dateTime={event.date}>{date(event.date)}</time>
            </p>
            {children(event)}
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {more}
        </Button>
      )}
    </>
  );
}
