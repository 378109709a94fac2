// pnpm exec node packages/client/examples/book-a-seat.ts URL TOKEN EVENT_ID
import { createHoldfastClient } from '@holdfast/client';

const [url = '', token = '', eventId = ''] = process.argv.slice(2);
const { booking } = createHoldfastClient({ url, token });

const hold = await booking.reserve({ eventId, quantity: 1 });
if (hold.status === 'held') {
  console.log(`seat kept until ${hold.expiresAt}`);
  const sale = await booking.confirm({ eventId, bookingId: hold.id });
  console.log(sale.status === 'confirmed' ? `seat booked: ${sale.id}` : sale.status);
} else {
  console.log(hold.status === 'refused' ? `no seat: ${hold.reason}` : hold.status);
}
