import type { Event } from '@holdfast/client';
import {
  type HeldBooking,
  type OwnHoldHandle,
  useCommand,
  useHoldfastClient,
} from '@holdfast/react';
import { useState } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { QuantityField } from '../parts/quantity-field.tsx';
import { CommandNews } from './command-news.tsx';
import { Countdown } from './countdown.tsx';
import { buyerMessages } from './messages.ts';
import { useSale } from './use-sale.ts';

interface HeldSeatsProps {
  readonly event: Event;
  readonly own: OwnHoldHandle;
  readonly booking: HeldBooking;
}

/** Seats that are held: how long still, and what can be done with them. */
export function HeldSeats({ event, own, booking }: HeldSeatsProps) {
  const say = useMessages(buyerMessages);
  const isBusy = own.command.status === 'running';
  const remainingMs = own.hold.status === 'held' ? own.hold.remainingMs : 0;
  return (
    <>
      <p>{say('hold.quantity', { count: booking.quantity })}</p>
      <Countdown remainingMs={remainingMs} totalMs={event.policy.holdDurationMs} />
      <div className="buttons">
        <Button look="primary" isBusy={isBusy} onClick={own.confirm}>
          {say('hold.confirm', { count: booking.quantity })}
        </Button>
        <Button isBusy={isBusy} onClick={own.giveBack}>
          {say('hold.giveBack')}
        </Button>
        {event.policy.holdExtensionMaxMs > 0 && <MoreTime booking={booking} />}
      </div>
      <OtherQuantity key={booking.quantity} event={event} own={own} booking={booking} />
    </>
  );
}

function MoreTime({ booking }: { readonly booking: HeldBooking }) {
  const say = useMessages(buyerMessages);
  const client = useHoldfastClient();
  const extend = useCommand(() =>
    client.booking.extend({ eventId: booking.eventId, bookingId: booking.id }),
  );
  return (
    <>
      <Button isBusy={extend.state.status === 'running'} onClick={() => void extend.run(undefined)}>
        {say('hold.extend')}
      </Button>
      <CommandNews state={extend.state} />
    </>
  );
}

/** More seats or fewer, in one decision: what is held stays held until the other is. */
function OtherQuantity({ event, own, booking }: HeldSeatsProps) {
  const say = useMessages(buyerMessages);
  const { availableSeats } = useSale(event);
  const [wanted, setWanted] = useState(booking.quantity);
  const max = Math.min(event.policy.quantityPerBookingMax, availableSeats + booking.quantity);
  return (
    <details className="more">
      <summary>{say('hold.change')}</summary>
      <QuantityField
        label={say('choose.quantity')}
        less={say('choose.less')}
        more={say('choose.more')}
        value={wanted}
        max={max}
        onChange={setWanted}
      />
      <Button
        isBusy={own.command.status === 'running'}
        isOff={wanted === booking.quantity}
        onClick={() => own.changeQuantity(wanted)}
      >
        {say('hold.changeTo', { count: wanted })}
      </Button>
    </details>
  );
}
