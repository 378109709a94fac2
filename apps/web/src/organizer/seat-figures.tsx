import type { Event } from '@holdfast/client';
import { useAvailability } from '@holdfast/react';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { organizerMessages } from './messages.ts';

/** Where the seats of an event are: live, once the first news has come. */
export function SeatFigures({ event }: { readonly event: Event }) {
  const say = useMessages(organizerMessages);
  const { number } = useFormat();
  const seats = useAvailability(event.id);
  // What was just changed here is read at once; the news of it may come later.
  const isNews = 'change' in seats && seats.change.version >= event.version;
  const { seatCount, availableSeats, heldSeats } = isNews ? seats.change : event;
  const figures = [
    ['sold', seatCount - availableSeats - heldSeats],
    ['held', heldSeats],
    ['free', availableSeats],
    ['total', seatCount],
  ] as const;
  return (
    <dl className="seat-figures">
      {figures.map(([name, count]) => (
        <div key={name}>
          <dt>{say(`figures.${name}`)}</dt>
          <dd>{number(count)}</dd>
        </div>
      ))}
    </dl>
  );
}
