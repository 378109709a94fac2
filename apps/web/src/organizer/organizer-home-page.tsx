import { Link } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import { EventCards } from '../parts/event-cards.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { EventStatus } from './event-status.tsx';
import { organizerMessages } from './messages.ts';
import { SeatFigures } from './seat-figures.tsx';

/** An organizer's own events, in any status. */
export function OrganizerHomePage() {
  const say = useMessages(organizerMessages);
  return (
    <>
      <PageTitle title={say('home.title')} />
      <p>
        <Link href="/new" className="button button-primary">
          {say('home.new')}
        </Link>
      </p>
      <EventCards isMine none={say('home.none')} more={say('home.more')}>
        {(event) => (
          <>
            <EventStatus status={event.status} />
            <SeatFigures event={event} />
          </>
        )}
      </EventCards>
    </>
  );
}
