import { arrayOf, textArrayOf } from '../sql/array-literal.ts';
import type { Decided } from '../commit/group.ts';

/** The new bookings of such groups, by the names that claim-statements.ts uses. */
export function claimsOf(groups: readonly Decided[]) {
  const rows = groups.flatMap(newBookings);
  return {
    places: arrayOf(groups.flatMap(({ group }, index) => group.transitions.map(() => index + 1))),
    positions: arrayOf(groups.flatMap(({ group }) => group.transitions.map((_, at) => at + 1))),
    ids: arrayOf(rows.map(({ id }) => id)),
    userIds: textArrayOf(rows.map(({ userId }) => userId)),
    ordinals: arrayOf(rows.map(({ ordinal }) => ordinal)),
    seatCounts: arrayOf(rows.map(({ quantity }) => quantity)),
    bookingStatuses: arrayOf(rows.map(({ status }) => status)),
    expiries: arrayOf(rows.map((row) => (row.status === 'held' ? row.expiresAt : null))),
  };
}

function newBookings({ group }: Decided) {
  return group.transitions.map((transition) => {
    const id = 'bookingId' in transition ? transition.bookingId : '';
    const booking = group.after.bookings.get(id);
    if (booking === undefined) throw new Error(`Booking ${id} was decided about and then lost.`);
    return booking;
  });
}
