import { useMessages } from '../language/language-provider.tsx';
import { EventCards } from '../parts/event-cards.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { buyerMessages } from './messages.ts';
import { Seats } from './seats.tsx';

/** What is to come, with live availability. */
export function EventsPage() {
  const say = useMessages(buyerMessages);
  return (
    <>
      <PageTitle title={say('events.title')} />
      <EventCards isMine={false} none={say('events.none')} more={say('events.more')}>
        {(event) => <Seats event={event} />}
      </EventCards>
    </>
  );
}
