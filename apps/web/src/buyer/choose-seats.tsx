import type { Event } from '@holdfast/client';
import type { OwnHoldHandle } from '@holdfast/react';
import { useState } from 'react';
import { useMessages } from '../language/language-provider.tsx';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { QuantityField } from '../parts/quantity-field.tsx';
import { buyerMessages } from './messages.ts';
import { useSale } from './use-sale.ts';

interface ChooseSeatsProps {
  readonly event: Event;
  readonly own: OwnHoldHandle;
}

/**
 * How many seats, and the button that holds them. While none is free it waits, and says when seats have come back. Whether
 * the sale is on at this moment the server says: the clock of this machine may be wrong.
 */
export function ChooseSeats({ event, own }: ChooseSeatsProps) {
  const say = useMessages(buyerMessages);
  const { status, availableSeats, heldSeats } = useSale(event);
  const cameBack = useCameBack(availableSeats);
  const [wanted, setWanted] = useState(1);
  if (status !== 'on_sale') {
    return <Notice tone="info" title={say(`sale.${status}`)} />;
  }
  if (availableSeats === 0) {
    return (
      <Notice tone="info" title={say('soldOut.title')}>
        <p>{say('soldOut.text')}</p>
        {heldSeats > 0 && <p>{say('soldOut.held', { count: heldSeats })}</p>}
      </Notice>
    );
  }
  const max = Math.min(event.policy.quantityPerBookingMax, availableSeats);
  const quantity = Math.min(wanted, max);
  return (
    <>
      {cameBack && (
        <Notice tone="good" title={say('cameBack.title')}>
          <p>{say('cameBack.text')}</p>
        </Notice>
      )}
      <QuantityField
        label={say('choose.quantity')}
        less={say('choose.less')}
        more={say('choose.more')}
        value={quantity}
        max={max}
        onChange={setWanted}
      />
      <Button
        look="primary"
        isBusy={own.command.status === 'running'}
        onClick={() => own.reserve(quantity)}
      >
        {say('choose.hold', { count: quantity })}
      </Button>
    </>
  );
}

/** Were all seats taken, as far as this page has seen, and are some free again? */
function useCameBack(availableSeats: number): boolean {
  const [wasSoldOut, setWasSoldOut] = useState(false);
  if (availableSeats === 0 && !wasSoldOut) setWasSoldOut(true);
  return wasSoldOut && availableSeats > 0;
}
