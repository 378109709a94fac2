import type { EndedHold } from '@holdfast/react';
import { Link } from 'wouter';
import { useMessages } from '../language/language-provider.tsx';
import { Notice } from '../parts/notice.tsx';
import { buyerMessages } from './messages.ts';

/** How the last hold ended. */
export function EndedHoldNews({ ended }: { readonly ended: EndedHold | null }) {
  const say = useMessages(buyerMessages);
  // Another hold has taken its place, and is shown.
  if (ended === null || ended.how === 'replaced') return null;
  const count = ended.booking.quantity;
  switch (ended.how) {
    case 'confirmed':
      return (
        <Notice tone="good" title={say('ended.confirmed', { count })}>
          <p>
            <Link href="/bookings">{say('ended.confirmedLink')}</Link>
          </p>
        </Notice>
      );
    case 'lapsed':
      return (
        <Notice tone="warning" title={say('ended.lapsed')}>
          <p>{say('ended.lapsedText')}</p>
        </Notice>
      );
    case 'given_back':
      return <Notice tone="info" title={say('ended.givenBack', { count })} />;
    case 'called_off':
      return (
        <Notice tone="warning" title={say('ended.calledOff')}>
          <p>{say('ended.calledOffText')}</p>
        </Notice>
      );
  }
}
