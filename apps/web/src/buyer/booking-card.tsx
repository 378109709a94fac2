import type { Booking, Event } from '@holdfast/client';
import { remainingMs, type SeenBooking } from '@holdfast/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useReads } from '../data/data-provider.tsx';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { BookingActions } from './booking-actions.tsx';
import { buyerMessages } from './messages.ts';

/** Names and dates of events seldom change, and a list may show the same one often. */
const staleTime = 60_000;

interface BookingCardProps {
  readonly seen: SeenBooking;
  /** On the steady clock. */
  readonly now: number;
}

/** One booking: of what, how it stands, and what its user can still do with it. */
export function BookingCard({ seen, now }: BookingCardProps) {
  const { booking } = seen;
  const { eventId } = booking;
  const say = useMessages(buyerMessages);
  const { date } = useFormat();
  const query = useQuery(useReads().event.get.queryOptions({ eventId }, { staleTime }));
  const event = query.data ?? null;
  return (
    <li className="card" data-status={booking.status}>
      <h2 className="card-title">
        <Link href={`/events/${eventId}`}>
          <bdi>{event?.title ?? say('bookings.event')}</bdi>
        </Link>
      </h2>
      {event !== null && (
        <p>
          <time dateTime={event.date}>{date(event.date)}</time>
        </p>
      )}
      <p>{say('bookings.quantity', { count: booking.quantity })}</p>
      <p className="booking-status">
        <BookingStatus booking={booking} event={event} leftMs={remainingMs(seen, now)} />
      </p>
      {booking.status === 'confirmed' && <BookingActions booking={booking} event={event} />}
    </li>
  );
}

interface BookingStatusProps {
  readonly booking: Booking;
  readonly event: Event | null;
  readonly leftMs: number;
}

function BookingStatus({ booking, event, leftMs }: BookingStatusProps) {
  const say = useMessages(buyerMessages);
  const { shortDate, timeLeft } = useFormat();
  switch (booking.status) {
    case 'held':
      return leftMs === 0 ? (
        say('booking.expired')
      ) : (
        <Link href={`/events/${booking.eventId}`}>
          {say('booking.held', { time: timeLeft(leftMs) })}
        </Link>
      );
    case 'confirmed':
      return say('booking.confirmed', { date: shortDate(booking.confirmedAt) });
    case 'expired':
      return say('booking.expired');
    case 'cancelled':
      return say(cancelledKey(booking.cancelledBy, event), {
        date: shortDate(booking.cancelledAt),
      });
  }
}

type CancelledBy = Extract<Booking, { readonly status: 'cancelled' }>['cancelledBy'];

function cancelledKey(by: CancelledBy, event: Event | null) {
  if (by === 'user' || by === 'replacement') return 'booking.cancelled.user' as const;
  const isWholeEvent = by === 'organizer' && event?.status === 'cancelled';
  return isWholeEvent ? ('booking.eventCancelled' as const) : (`booking.cancelled.${by}` as const);
}
