import { confirmed, soldOut } from './answers.ts';
import type { Way } from './way.ts';

/**
 * One atomic statement a request: take the seats where there are enough, and insert the booking of
 * those who got some. One round trip and one commit a booking.
 *
 * It never oversells, and it is the most that a request can do on its own. What limits it is the
 * event's row, which one transaction holds at a time until it is on disk.
 */
export const oneUpdate: Way = {
  name: 'one_update',
  title: 'one atomic UPDATE',
  claimsSafe: true,
  server: {
    type: 'own',
    open: ({ pool }) => ({
      async book(claim) {
        const { eventId, bookingId, userId, quantity } = claim;
        const { rowCount } = await pool.query({
          name: 'bench_one_update',
          text: `
            with taken as (
              update events set available_seats = available_seats - $4, version = version + 1
              where id = $1 and available_seats >= $4
              returning id
            )
            insert into bookings
              (event_id, id, user_id, ordinal, seat_count, status, expires_at, changed_at, created_at)
            select id, $2, $3, 1, $4, 'confirmed', null, now(), now() from taken`,
          values: [eventId, bookingId, userId, quantity],
        });
        return rowCount === 1 ? confirmed(claim) : soldOut;
      },
    }),
  },
};
