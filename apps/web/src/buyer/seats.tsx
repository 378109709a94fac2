import type { Event } from '@holdfast/client';
import { useAvailability } from '@holdfast/react';
import { useMessages } from '../language/language-provider.tsx';
import { buyerMessages } from './messages.ts';

/** How many seats of an event are free: live, once the first news has come. */
export function Seats({ event }: { readonly event: Event }) {
  const say = useMessages(buyerMessages);
  const seats = useAvailability(event.id);
  const { availableSeats, seatCount } = 'change' in seats ? seats.change : event;
  return (
    <p className="seats" data-live={seats.status === 'live'}>
      {availableSeats === 0
        ? say('seats.none')
        : say('seats.free', { count: availableSeats, total: seatCount })}
    </p>
  );
}
