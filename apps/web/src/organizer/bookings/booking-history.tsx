import type { BookingChange } from '@holdfast/client';
import { useMessages } from '../../language/language-provider.tsx';
import { useFormat } from '../../language/use-format.ts';
import { organizerMessages } from '../messages.ts';

/** What has become of a booking, the newest first: who did it, and why, where it was not its user. */
export function BookingHistory({ changes }: { readonly changes: readonly BookingChange[] }) {
  const say = useMessages(organizerMessages);
  const { number, shortDate } = useFormat();
  return (
    <section aria-labelledby="history">
      <h2 id="history" className="card-title">
        {say('history.title')}
      </h2>
      <table className="stacking" aria-labelledby="history">
        <thead>
          <tr>
            <th scope="col">{say('history.at')}</th>
            <th scope="col">{say('history.what')}</th>
            <th scope="col">{say('bookings.seats')}</th>
            <th scope="col">{say('history.who')}</th>
            <th scope="col">{say('history.why')}</th>
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.at} ${change.type} ${change.quantity} ${change.userId}`}>
              <td>
                <time dateTime={change.at}>{shortDate(change.at)}</time>
              </td>
              <td>{say(keyOf(change.type), { userId: change.userId })}</td>
              <td>{number(change.quantity)}</td>
              <td>{say(whoKeyOf(change.actor), { userId: change.actor?.userId ?? '' })}</td>
              <td>
                <bdi>{change.actor?.reason ?? ''}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

const known = [
  'booking_held',
  'booking_confirmed',
  'booking_cancelled',
  'booking_expired',
  'booking_extended',
  'booking_offered',
  'booking_quantity_changed',
  'booking_transferred',
] as const;

/** A newer api may tell of more. */
function keyOf(type: string) {
  const found = known.find((each) => each === type);
  return found === undefined ? ('history.other' as const) : (`history.${found}` as const);
}

function whoKeyOf(actor: BookingChange['actor']) {
  if (actor === null) return 'history.self';
  return actor.role === 'admin' ? 'history.admin' : 'history.organizer';
}
