import { useMessages } from '../language/language-provider.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { buyerMessages } from './messages.ts';

export function BookingsPage() {
  const say = useMessages(buyerMessages);
  return <PageTitle title={say('bookings.title')} />;
}
