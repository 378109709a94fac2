import type { Event } from '@holdfast/client';
import { useQuery } from '@tanstack/react-query';
import { useReads } from '../data/data-provider.tsx';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Loading } from '../parts/loading.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { useSession } from '../session/session-provider.tsx';
import { SignInLink } from '../session/sign-in-link.tsx';
import { HoldPanel } from './hold-panel.tsx';
import { buyerMessages } from './messages.ts';
import { ReadFailed } from './read-failed.tsx';
import { SaleFacts } from './sale-facts.tsx';
import { Seats } from './seats.tsx';

interface EventPageProps {
  readonly eventId: string;
}

/** An event, and what a buyer does with it. */
export function EventPage({ eventId }: EventPageProps) {
  const query = useQuery(useReads().event.get.queryOptions({ eventId }));
  if (query.isPending) return <Loading />;
  if (query.data === undefined) {
    return <ReadFailed error={query.error} onAgain={() => void query.refetch()} />;
  }
  return <EventFound event={query.data} />;
}

function EventFound({ event }: { readonly event: Event }) {
  const say = useMessages(buyerMessages);
  const { date } = useFormat();
  const { signedIn } = useSession();
  return (
    <>
      <PageTitle title={event.title} />
      <div className="event">
        <section className="event-facts" aria-label={say('event.facts')}>
          <p className="event-date">
            <time dateTime={event.date}>{date(event.date)}</time>
          </p>
          <Seats event={event} />
          <SaleFacts event={event} />
        </section>
        {signedIn === null ? (
          <section className="card">
            <h2 className="card-title">{say('event.signIn')}</h2>
            <p>{say('event.signInText')}</p>
            <SignInLink className="button button-primary">{say('event.signInLink')}</SignInLink>
          </section>
        ) : (
          <HoldPanel event={event} />
        )}
      </div>
    </>
  );
}
