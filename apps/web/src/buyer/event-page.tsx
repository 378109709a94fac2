import { useQuery } from '@tanstack/react-query';
import { useReads } from '../data/data-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Loading } from '../parts/loading.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { ReadFailed } from './read-failed.tsx';
import { Seats } from './seats.tsx';

interface EventPageProps {
  readonly eventId: string;
}

export function EventPage({ eventId }: EventPageProps) {
  const { date } = useFormat();
  const query = useQuery(useReads().event.get.queryOptions({ eventId }));
  if (query.isPending) return <Loading />;
  if (query.isError) return <ReadFailed error={query.error} onAgain={() => void query.refetch()} />;
  const event = query.data;
  return (
    <>
      <PageTitle title={event.title} />
      <p>
        <time dateTime={event.date}>{date(event.date)}</time>
      </p>
      <Seats event={event} />
    </>
  );
}
