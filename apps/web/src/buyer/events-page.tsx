import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useReads } from '../data/data-provider.tsx';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Button } from '../parts/button.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { buyerMessages } from './messages.ts';
import { ReadFailed } from './read-failed.tsx';
import { Seats } from './seats.tsx';

/** What is to come, with live availability. */
export function EventsPage() {
  const say = useMessages(buyerMessages);
  const { date } = useFormat();
  const query = useInfiniteQuery(
    useReads().event.list.infiniteQueryOptions(
      {},
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageTitle title={say('events.title')} />
      {query.isPending && <Loading />}
      {query.isError && <ReadFailed error={query.error} onAgain={() => void query.refetch()} />}
      {query.isSuccess && events.length === 0 && <p>{say('events.none')}</p>}
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
            <Seats event={event} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {say('events.more')}
        </Button>
      )}
    </>
  );
}
