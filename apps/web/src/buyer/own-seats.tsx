import type { Event } from '@holdfast/client';
import { useBookings } from '@holdfast/react';
import { Link } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { buyerMessages } from './messages.ts';

/** What the user has bought of an event already, as far as it is among the newest bookings. */
export function OwnSeats({ event }: { readonly event: Event }) {
  const say = useMessages(buyerMessages);
  const { bookings } = useBookings();
  const count = bookings
    .map(({ booking }) => booking)
    .filter(({ eventId, status }) => eventId === event.id && status === 'confirmed')
    .reduce((sum, { quantity }) => sum + quantity, 0);
  if (count === 0) return null;
  return (
    <Notice tone="info" title={say('own.title', { count })}>
      <p>
        <Link href="/bookings">{say('own.link')}</Link>
      </p>
    </Notice>
  );
}
