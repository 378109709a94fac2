import { useCommand, useHoldfastClient } from '@holdfast/react';
import { type SubmitEvent, useId, useState } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { Button } from '../parts/button.tsx';
import { CommandNews } from './command-news.tsx';
import type { ConfirmedBooking } from './confirmed-booking.ts';
import { buyerMessages } from './messages.ts';

interface OfferFormProps {
  readonly booking: ConfirmedBooking;
}

/** Offers a booking to another user, who accepts it by a link; an offer that stands can be taken back. */
export function OfferForm({ booking }: OfferFormProps) {
  const say = useMessages(buyerMessages);
  const client = useHoldfastClient();
  const { eventId, id: bookingId, offer } = booking;
  const transfer = useCommand((toUserId: string | null) =>
    client.booking.transfer({ eventId, bookingId, toUserId }),
  );
  const isBusy = transfer.state.status === 'running';
  return (
    <details className="more" open={offer !== undefined || undefined}>
      <summary>{say('offer.summary')}</summary>
      {offer === undefined ? (
        <NewOffer isBusy={isBusy} onOffer={(userId) => void transfer.run(userId)} />
      ) : (
        <StandingOffer
          toUserId={offer.toUserId}
          expiresAt={offer.expiresAt}
          link={new URL(`/offers/${eventId}/${bookingId}`, location.href).href}
        />
      )}
      {offer !== undefined && (
        <Button isBusy={isBusy} onClick={() => void transfer.run(null)}>
          {say('offer.takeBack')}
        </Button>
      )}
      <CommandNews state={transfer.state} />
    </details>
  );
}

interface NewOfferProps {
  readonly isBusy: boolean;
  readonly onOffer: (userId: string) => void;
}

function NewOffer({ isBusy, onOffer }: NewOfferProps) {
  const say = useMessages(buyerMessages);
  const [userId, setUserId] = useState('');
  const id = useId();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!isBusy && userId.trim() !== '') onOffer(userId.trim());
  };
  return (
    <form className="form" onSubmit={submit}>
      <label htmlFor={id}>{say('offer.user')}</label>
      <input
        id={id}
        required
        maxLength={200}
        autoComplete="off"
        value={userId}
        onChange={({ target }) => setUserId(target.value)}
        aria-describedby={`${id}-hint`}
      />
      <p id={`${id}-hint`} className="hint">
        {say('offer.hint')}
      </p>
      <Button type="submit" isBusy={isBusy}>
        {say('offer.button')}
      </Button>
    </form>
  );
}

interface StandingOfferProps {
  readonly toUserId: string;
  readonly expiresAt: string;
  readonly link: string;
}

function StandingOffer({ toUserId, expiresAt, link }: StandingOfferProps) {
  const say = useMessages(buyerMessages);
  const { shortDate } = useFormat();
  const id = useId();
  return (
    <>
      <output>{say('offer.stands', { userId: toUserId, date: shortDate(expiresAt) })}</output>
      <label htmlFor={id}>{say('offer.link')}</label>
      <input
        id={id}
        className="field"
        readOnly
        value={link}
        onFocus={({ target }) => target.select()}
      />
    </>
  );
}
