import type { Booking } from '@holdfast/client';
import { useCommand, useHoldfastClient } from '@holdfast/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { useReads } from '../data/data-provider.tsx';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Button } from '../parts/button.tsx';
import { Loading } from '../parts/loading.tsx';
import { Notice } from '../parts/notice.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { useSession } from '../session/session-provider.tsx';
import { SignInLink } from '../session/sign-in-link.tsx';
import { CommandNews } from './command-news.tsx';
import { buyerMessages } from './messages.ts';

interface OfferPageProps {
  readonly eventId: string;
  readonly bookingId: string;
}

/** A booking that another user offers to this one. */
export default function OfferPage(ids: OfferPageProps) {
  const say = useMessages(buyerMessages);
  const { signedIn } = useSession();
  return (
    <div className="narrow">
      <PageTitle title={say('accept.title')} />
      {signedIn === null ? (
        <p>
          <SignInLink>{say('accept.signIn')}</SignInLink>
        </p>
      ) : (
        <Offer ids={ids} userId={signedIn.userId} />
      )}
    </div>
  );
}

interface OfferProps {
  readonly ids: OfferPageProps;
  readonly userId: string;
}

function Offer({ ids, userId }: OfferProps) {
  const say = useMessages(buyerMessages);
  const { date } = useFormat();
  const reads = useReads();
  const client = useHoldfastClient();
  const booking = useQuery(reads.booking.get.queryOptions(ids));
  const event = useQuery(reads.event.get.queryOptions({ eventId: ids.eventId }));
  const accept = useCommand(() => client.booking.accept(ids));
  const { state } = accept;
  if (state.status === 'answered' && state.answer.status === 'confirmed') return <Accepted />;
  if (booking.isPending || event.isPending) return <Loading />;
  if (booking.data === undefined || event.data === undefined || !isFor(booking.data, userId)) {
    return (
      <Notice tone="warning" title={say('accept.missing')}>
        <p>{say('accept.missingText')}</p>
      </Notice>
    );
  }
  return (
    <section className="card">
      <h2 className="card-title">
        <bdi>{event.data.title}</bdi>
      </h2>
      <p>
        <time dateTime={event.data.date}>{date(event.data.date)}</time>
      </p>
      <p>{say('bookings.quantity', { count: booking.data.quantity })}</p>
      <Button
        look="primary"
        isBusy={state.status === 'running'}
        onClick={() => void accept.run(undefined)}
      >
        {say('accept.button')}
      </Button>
      <CommandNews state={state} />
    </section>
  );
}

function isFor(booking: Pick<Booking, 'status'>, userId: string): boolean {
  return 'offer' in booking && isOffer(booking.offer) && booking.offer.toUserId === userId;
}

function isOffer(offer: unknown): offer is { readonly toUserId: string } {
  return typeof offer === 'object' && offer !== null && 'toUserId' in offer;
}

function Accepted() {
  const say = useMessages(buyerMessages);
  return (
    <Notice tone="good" title={say('accept.done')}>
      <p>
        <Link href="/bookings">{say('own.link')}</Link>
      </p>
    </Notice>
  );
}
