import type { Event } from '@holdfast/client';
import { useMessages } from '../language/language-provider.tsx';
import { organizerMessages } from './messages.ts';

/** How the sale of an event stands, in words. */
export function EventStatus({ status }: { readonly status: Event['status'] }) {
  const say = useMessages(organizerMessages);
  return <p className={`status status-${status}`}>{say(`status.${status}`)}</p>;
}
