import type { Event } from '@holdfast/client';
import { useMessages } from '../language/language-provider.tsx';
import { useFormat } from '../language/use-format.ts';
import { buyerMessages } from './messages.ts';

/** The rules of a sale that a buyer should know. They name moments: whether one has come, the server decides. */
export function SaleFacts({ event }: { readonly event: Event }) {
  const say = useMessages(buyerMessages);
  const { shortDate } = useFormat();
  const { opensAt, closesAt } = event.saleWindow;
  const { quantityPerBookingMax, holdDurationMs, cancelDeadlineMs } = event.policy;
  const minutes = Math.max(1, Math.round(holdDurationMs / 60_000));
  return (
    <ul className="facts">
      {opensAt !== null && <li>{say('facts.opens', { date: shortDate(opensAt) })}</li>}
      {closesAt !== null && <li>{say('facts.closes', { date: shortDate(closesAt) })}</li>}
      <li>{say('facts.perBooking', { count: quantityPerBookingMax })}</li>
      <li>{say('facts.hold', { count: minutes })}</li>
      {cancelDeadlineMs !== null && (
        <li>
          {say('facts.deadline', {
            date: shortDate(new Date(Date.parse(event.date) - cancelDeadlineMs).toISOString()),
          })}
        </li>
      )}
    </ul>
  );
}
