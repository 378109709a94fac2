import { Link } from 'wouter';
import { ReadFailed } from '../../buyer/read-failed.tsx';
import { useMessages } from '../../language/language-provider.tsx';
import { useFormat } from '../../language/use-format.ts';
import { Button } from '../../parts/button.tsx';
import { Loading } from '../../parts/loading.tsx';
import { faultsByField } from '../faults-by-field.ts';
import { organizerMessages } from '../messages.ts';
import type { FoundBookings } from './use-found-bookings.ts';

interface BookingListProps {
  readonly eventId: string;
  readonly found: FoundBookings;
}

/** What a search has found, a row each. */
export function BookingList({ eventId, found }: BookingListProps) {
  const say = useMessages(organizerMessages);
  const { bookings, error, isPending, isFetching, hasMore } = found;
  if (error !== null) {
    const isOfFields = faultsByField(error).size > 0;
    return isOfFields ? null : <ReadFailed error={error} onAgain={found.readAgain} />;
  }
  if (isPending) return <Loading />;
  return (
    <>
      <output>
        {bookings.length === 0
          ? say('bookings.none')
          : say('bookings.counted', { count: bookings.length })}
      </output>
      {bookings.length > 0 && <Rows eventId={eventId} bookings={bookings} />}
      {hasMore && (
        <Button isBusy={isFetching} onClick={found.readMore}>
          {say('bookings.more')}
        </Button>
      )}
    </>
  );
}

function Rows({
  eventId,
  bookings,
}: Pick<FoundBookings, 'bookings'> & { readonly eventId: string }) {
  const say = useMessages(organizerMessages);
  const { number, shortDate } = useFormat();
  return (
    <table className="stacking">
      <caption className="visually-hidden">{say('bookings.table')}</caption>
      <thead>
        <tr>
          <th scope="col">{say('bookings.user')}</th>
          <th scope="col">{say('bookings.status')}</th>
          <th scope="col">{say('bookings.seats')}</th>
          <th scope="col">{say('bookings.made')}</th>
        </tr>
      </thead>
      <tbody>
        {bookings.map(({ id, userId, status, quantity, createdAt }) => (
          <tr key={id}>
            <td>
              <UserLink to={`/events/${eventId}/bookings/${id}`} userId={userId} />
            </td>
            <td>
              <span className={`status status-${status}`}>{say(`bookings.${status}`)}</span>
            </td>
            <td>{number(quantity)}</td>
            <td>
              <time dateTime={createdAt}>{shortDate(createdAt)}</time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function UserLink({ to, userId }: { readonly to: string; readonly userId: string }) {
  return (
    <Link href={to}>
      <bdi>{userId}</bdi>
    </Link>
  );
}
