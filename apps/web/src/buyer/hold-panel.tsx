import type { Event } from '@holdfast/client';
import { useHold } from '@holdfast/react';
import { useEffect, useEffectEvent } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { Loading } from '../parts/loading.tsx';
import { useKeptFocus } from '../parts/use-kept-focus.ts';
import { ChooseSeats } from './choose-seats.tsx';
import { CommandNews } from './command-news.tsx';
import { EndedHoldNews } from './ended-hold-news.tsx';
import { HeldSeats } from './held-seats.tsx';
import { buyerMessages } from './messages.ts';
import { OwnSeats } from './own-seats.tsx';
import { ReadFailed } from './read-failed.tsx';
import { useSale } from './use-sale.ts';

/** What the user has of an event, and can do: choose seats, hold them, buy them, give them back. */
export function HoldPanel({ event }: { readonly event: Event }) {
  const say = useMessages(buyerMessages);
  const own = useHold(event.id);
  const { hold, command } = own;
  const { status } = useSale(event);
  const lookAgain = useEffectEvent(own.readAgain);
  // What was held has ended with the event, and nobody else tells this page.
  useEffect(() => {
    if (status === 'cancelled') lookAgain();
  }, [status]);
  const heading = useKeptFocus<HTMLHeadingElement>(hold.status);
  return (
    <section className="card panel" aria-labelledby="hold-title">
      <h2 id="hold-title" ref={heading} tabIndex={-1} className="card-title">
        {say(hold.status === 'held' ? 'hold.title' : 'choose.title')}
      </h2>
      {hold.status === 'looking' && <Loading />}
      {hold.status === 'unreachable' && <ReadFailed error={hold.error} onAgain={own.readAgain} />}
      {hold.status === 'held' && <HeldSeats event={event} own={own} booking={hold.booking} />}
      {hold.status === 'none' && (
        <>
          <EndedHoldNews ended={hold.ended} />
          <OwnSeats event={event} />
          <ChooseSeats event={event} own={own} />
        </>
      )}
      <CommandNews state={command} />
    </section>
  );
}
