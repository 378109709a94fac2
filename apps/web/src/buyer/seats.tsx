import type { Event } from '@holdfast/client';
import { useMessages } from '../language/language-provider.tsx';
import { buyerMessages } from './messages.ts';
import { useSale } from './use-sale.ts';

/** How many seats of an event are free: live, once the first news has come. */
export function Seats({ event }: { readonly event: Event }) {
  const say = useMessages(buyerMessages);
  const { status, availableSeats, seatCount, isStale } = useSale(event);
  if (status === 'cancelled') return <p className="seats">{say('sale.cancelled')}</p>;
  const isLeft = availableSeats > 0;
  return (
    <div className="seats" data-left={isLeft}>
      <p>
        {isLeft
          ? say('seats.free', { count: availableSeats, total: seatCount })
          : say('seats.none')}
      </p>
      <svg className="seats-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width={(100 * availableSeats) / Math.max(seatCount, 1)} height="1" />
      </svg>
      {isStale && <output className="hint">{say('seats.stale')}</output>}
    </div>
  );
}
