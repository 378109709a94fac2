import { useBookings, useSteadyNow } from '@holdfast/react';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { Loading } from '../parts/loading.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { useSession } from '../session/session-provider.tsx';
import { SignInLink } from '../session/sign-in-link.tsx';
import { BookingCard } from './booking-card.tsx';
import { buyerMessages } from './messages.ts';
import { ReadFailed } from './read-failed.tsx';

/** What the user has and had, the newest first. */
export default function BookingsPage() {
  const say = useMessages(buyerMessages);
  const { signedIn } = useSession();
  return (
    <>
      <PageTitle title={say('bookings.title')} />
      {signedIn === null ? (
        <p>
          <SignInLink>{say('bookings.signIn')}</SignInLink>
        </p>
      ) : (
        <OwnBookings />
      )}
    </>
  );
}

function OwnBookings() {
  const say = useMessages(buyerMessages);
  const { status, bookings, error, hasMore, isLoadingMore, loadMore, readAgain } = useBookings();
  const now = useSteadyNow(bookings.some(({ booking }) => booking.status === 'held'));
  // Another hold stands in its place.
  const shown = bookings.filter(
    ({ booking }) => booking.status !== 'cancelled' || booking.cancelledBy !== 'replacement',
  );
  return (
    <>
      {status === 'loading' && <Loading />}
      {error !== null && <ReadFailed error={error} onAgain={readAgain} />}
      {status === 'ready' && shown.length === 0 && <p>{say('bookings.none')}</p>}
      <ul className="cards">
        {shown.map((seen) => (
          <BookingCard key={`${seen.booking.eventId} ${seen.booking.id}`} seen={seen} now={now} />
        ))}
      </ul>
      {hasMore && (
        <Button isBusy={isLoadingMore} onClick={loadMore}>
          {say('bookings.more')}
        </Button>
      )}
    </>
  );
}
