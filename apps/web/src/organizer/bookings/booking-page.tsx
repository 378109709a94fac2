import type { BookingWithUser } from '@holdfast/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { ReadFailed } from '../../buyer/read-failed.tsx';
import { useReads } from '../../data/data-provider.tsx';
import { useMessages } from '../../language/language-provider.tsx';
import { useFormat } from '../../language/use-format.ts';
import { Loading } from '../../parts/loading.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { CommandNews } from '../command-news.tsx';
import { organizerMessages } from '../messages.ts';
import { BookingHistory } from './booking-history.tsx';
import { CancelForm } from './cancel-form.tsx';
import { MoveForm } from './move-form.tsx';
import { useActForUser } from './use-act-for-user.ts';

interface BookingPageProps {
  readonly eventId: string;
  readonly bookingId: string;
}

/** One booking of an event: whose it is, what has become of it, and what its organizer can do for its user. */
export function BookingPage({ eventId, bookingId }: BookingPageProps) {
  const say = useMessages(organizerMessages);
  const reads = useReads();
  const query = useQuery(reads.event.bookings.queryOptions({ eventId, bookingId }));
  const history = useQuery(reads.booking.history.queryOptions({ eventId, bookingId }));
  const readAgain = () => void Promise.all([query.refetch(), history.refetch()]);
  if (query.isPending) return <Loading />;
  if (query.isError) return <ReadFailed error={query.error} onAgain={readAgain} />;
  const [booking] = query.data.items;
  if (booking === undefined) return <p>{say('booking.missing')}</p>;
  return (
    <>
      <p>
        <Link href={`/events/${eventId}/bookings`}>{say('booking.back')}</Link>
      </p>
      <PageTitle title={say('booking.title', { userId: booking.userId })} />
      <Facts booking={booking} />
      <BookingHistory changes={history.data?.items ?? []} />
      <Acts booking={booking} readAgain={readAgain} />
    </>
  );
}

interface ActsProps {
  readonly booking: BookingWithUser;
  readonly readAgain: () => void;
}

function Acts({ booking, readAgain }: ActsProps) {
  const cancel = useActForUser(booking, readAgain);
  const move = useActForUser(booking, readAgain);
  const isActive = booking.status === 'held' || booking.status === 'confirmed';
  if (!isActive) return <CommandNews state={cancel.state} />;
  return (
    <>
      <CancelForm booking={booking} {...cancel} />
      {booking.status === 'confirmed' && <MoveForm booking={booking} {...move} />}
    </>
  );
}

function Facts({ booking }: { readonly booking: BookingWithUser }) {
  const say = useMessages(organizerMessages);
  const { number, shortDate } = useFormat();
  const facts = [
    ['booking.id', booking.id],
    ['booking.user', booking.userId],
    ['bookings.status', say(`bookings.${booking.status}`)],
    ['bookings.seats', number(booking.quantity)],
    ['bookings.made', shortDate(booking.createdAt)],
    ['booking.expires', booking.status === 'held' ? shortDate(booking.expiresAt) : null],
    ['booking.offer', booking.status === 'confirmed' ? (booking.offer?.toUserId ?? null) : null],
  ] as const;
  return (
    <dl className="pairs">
      {facts.map(
        ([key, value]) =>
          value !== null && (
            <div key={key}>
              <dt>{say(key)}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}
