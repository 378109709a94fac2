import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ReadFailed } from '../buyer/read-failed.tsx';
import { useReads } from '../data/data-provider.tsx';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Button } from '../parts/button.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { EventStatus } from './event-status.tsx';
import { organizerMessages } from './messages.ts';
import { SeatFigures } from './seat-figures.tsx';

/** An organizer's own events, in any status. */
export function OrganizerHomePage() {
  const say = useMessages(organizerMessages);
  const { date } = useFormat();
  const query = useInfiniteQuery(
    useReads().event.list.infiniteQueryOptions(
      { mine: true },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const events = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageTitle title={say('home.title')} />
      <p>
        <Link href="/new" className="button button-primary">
          {say('home.new')}
        </Link>
      </p>
      {query.isPending && <Loading />}
      {query.isError && <ReadFailed error={query.error} onAgain={() => void query.refetch()} />}
      {query.isSuccess && events.length === 0 && <p>{say('home.none')}</p>}
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
            <EventStatus status={event.status} />
            <SeatFigures event={event} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {say('home.more')}
        </Button>
      )}
    </>
  );
}
