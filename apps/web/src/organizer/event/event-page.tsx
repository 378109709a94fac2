import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ReadFailed } from '../../buyer/read-failed.tsx';
import { useReads } from '../../data/data-provider.tsx';
import { useMessages } from '../../language/language-provider.tsx';
import { useFormat } from '../../language/use-format.ts';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { EventStatus } from '../event-status.tsx';
import { organizerMessages } from '../messages.ts';
import { SeatFigures } from '../seat-figures.tsx';
import { CapacityForm } from './capacity-form.tsx';
import { SaleControls } from './sale-controls.tsx';

/** One event of an organizer: how it stands, and what can be done with it. */
export function EventPage({ eventId }: { readonly eventId: string }) {
  const say = useMessages(organizerMessages);
  const { date } = useFormat();
  const query = useQuery(useReads().event.get.queryOptions({ eventId }));
  const readAgain = () => void query.refetch();
  if (query.isPending) return <Loading />;
  if (query.isError) return <ReadFailed error={query.error} onAgain={readAgain} />;
  const event = query.data;
  return (
    <>
      <p>
        <Link href="/">{say('event.seeAll')}</Link>
      </p>
      <PageTitle title={event.title} />
      <p>
        <time dateTime={event.date}>{date(event.date)}</time>
      </p>
      <EventStatus status={event.status} />
      <SeatFigures event={event} />
      <p className="buttons">
        <Link href={`/events/${eventId}/bookings`} className="button button-plain">
          {say('event.bookings')}
        </Link>
        <Link href={`/events/${eventId}/live`} className="button button-plain">
          {say('event.live')}
        </Link>
        <Link href={`~/events/${eventId}`} className="button button-plain">
          {say('event.public')}
        </Link>
      </p>
      {event.status === 'cancelled' ? (
        <p>{say('event.calledOff')}</p>
      ) : (
        <>
          <SaleControls event={event} onChanged={readAgain} />
          <CapacityForm event={event} onChanged={readAgain} />
        </>
      )}
    </>
  );
}
