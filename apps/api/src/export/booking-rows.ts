import type { EventBooking } from '@holdfast/data';
import type { Booking, Instant } from '@holdfast/domain';
import { instantOnWire } from '../wire.ts';
import { csvRow, type Separator } from './csv.ts';

/** The first row: what each cell below is. */
export function headRow(separator: Separator): string {
  return csvRow(columns, separator);
}

const columns = [
  'booking_id',
  'user_id',
  'status',
  'quantity',
  'booked_at',
  'confirmed_at',
  'cancelled_at',
  'cancelled_by',
  'expires_at',
  'offered_to',
] as const;

type Column = (typeof columns)[number];
type Cells = Readonly<Partial<Record<Column, string>>>;

/** A booking as a row. Instants are in UTC, so that they sort as text. */
export function rowOf(booking: EventBooking, separator: Separator): string {
  const { id, userId, status, quantity, createdAt } = booking;
  const cells: Cells = {
    booking_id: id,
    user_id: userId,
    status,
    quantity: String(quantity),
    booked_at: secondOf(createdAt),
    ...cellsOfStatus(booking),
  };
  return csvRow(
    columns.map((column) => cells[column] ?? ''),
    separator,
  );
}

function cellsOfStatus(booking: Booking): Cells {
  switch (booking.status) {
    case 'held':
      return { expires_at: secondOf(booking.expiresAt) };
    case 'confirmed':
      return {
        confirmed_at: secondOf(booking.confirmedAt),
        offered_to: booking.offer?.toUserId ?? '',
      };
    case 'cancelled':
      return {
        cancelled_at: secondOf(booking.cancelledAt),
        cancelled_by: booking.cancelledBy,
      };
    case 'expired':
      return { expires_at: secondOf(booking.expiredAt) };
  }
}

/** @example secondOf(0) // '1970-01-01T00:00:00Z' */
function secondOf(instant: Instant): string {
  return instantOnWire(instant).replace(/\.\d{3}Z$/, 'Z');
}
