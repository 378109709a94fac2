import type { Event } from '@holdfast/client';
import { useCommand, useHoldfastClient } from '@holdfast/react';
import { useState } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { AskFirst } from '../parts/ask-first.tsx';
import { Button } from '../parts/button.tsx';
import { QuantityField } from '../parts/quantity-field.tsx';
import { CommandNews } from './command-news.tsx';
import type { ConfirmedBooking } from './confirmed-booking.ts';
import { buyerMessages } from './messages.ts';
import { OfferForm } from './offer-form.tsx';

interface BookingActionsProps {
  readonly booking: ConfirmedBooking;
  /** `null`: not known, or not yet. */
  readonly event: Event | null;
}

/** What a user does with seats that are bought. */
export function BookingActions({ booking, event }: BookingActionsProps) {
  return (
    <>
      <OtherQuantity key={booking.quantity} booking={booking} event={event} />
      <OfferForm booking={booking} />
      <Cancel booking={booking} event={event} />
    </>
  );
}

function OtherQuantity({ booking, event }: BookingActionsProps) {
  const say = useMessages(buyerMessages);
  const client = useHoldfastClient();
  const [wanted, setWanted] = useState(booking.quantity);
  const { eventId, id: bookingId, quantity: expectedQuantity } = booking;
  const change = useCommand((quantity: number) =>
    client.booking.changeQuantity({ eventId, bookingId, quantity, expectedQuantity }),
  );
  const max = event?.policy.quantityPerBookingMax ?? booking.quantity;
  return (
    <details className="more">
      <summary>{say('booking.change')}</summary>
      <QuantityField
        label={say('choose.quantity')}
        less={say('choose.less')}
        more={say('choose.more')}
        value={wanted}
        max={Math.max(max, booking.quantity)}
        onChange={setWanted}
      />
      <Button
        isBusy={change.state.status === 'running'}
        isOff={wanted === booking.quantity}
        onClick={() => void change.run(wanted)}
      >
        {say('booking.changeTo', { count: wanted })}
      </Button>
      <CommandNews state={change.state} />
    </details>
  );
}

function Cancel({ booking, event }: BookingActionsProps) {
  const say = useMessages(buyerMessages);
  const client = useHoldfastClient();
  const { eventId, id: bookingId, quantity: count } = booking;
  const cancel = useCommand(() => client.booking.cancel({ eventId, bookingId }));
  return (
    <>
      <AskFirst
        label={say('booking.cancel')}
        isBusy={cancel.state.status === 'running'}
        title={say('booking.cancelTitle', { count })}
        doIt={say('booking.cancelDo')}
        leaveIt={say('booking.cancelLeave')}
        onConfirm={() => void cancel.run(undefined)}
      >
        {event !== null && (
          <p>
            <bdi>{event.title}</bdi>
          </p>
        )}
        <p>{say('booking.cancelText')}</p>
      </AskFirst>
      <CommandNews state={cancel.state} />
    </>
  );
}
