import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { ReadFailed } from '../../buyer/read-failed.tsx';
import { useReads } from '../../data/data-provider.tsx';
import { useMessages } from '../../language/language-provider.tsx';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { organizerMessages } from '../messages.ts';
import { BookingList } from './booking-list.tsx';
import { ExportButton } from './export-button.tsx';
import { type Search, SearchForm } from './search-form.tsx';
import { useFoundBookings } from './use-found-bookings.ts';

/** The bookings of an event: to look one up, and to take all of them away as a file. */
export function BookingsPage({ eventId }: { readonly eventId: string }) {
  const say = useMessages(organizerMessages);
  const [search, setSearch] = useState<Search>({});
  const event = useQuery(useReads().event.get.queryOptions({ eventId }));
  const found = useFoundBookings(eventId, search);
  if (event.isPending) return <Loading />;
  if (event.isError) {
    return <ReadFailed error={event.error} onAgain={() => void event.refetch()} />;
  }
  return (
    <>
      <p>
        <Link href={`/events/${eventId}`}>{say('bookings.back')}</Link>
      </p>
      <PageTitle title={say('bookings.title', { title: event.data.title })} />
      <SearchForm error={found.error} isBusy={found.isFetching} onSearch={setSearch} />
      <ExportButton eventId={eventId} status={search.status} />
      <BookingList eventId={eventId} found={found} />
    </>
  );
}
