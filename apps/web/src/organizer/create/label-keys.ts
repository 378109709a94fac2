import type { FieldName } from './read-form.ts';

/** What each field is called. */
export const labelKeys = {
  title: 'create.name',
  date: 'create.date',
  seatCount: 'create.seats',
  opensAt: 'create.opensAt',
  closes: 'create.closes',
  closesAt: 'create.closesAt',
  quantityPerBookingMax: 'create.quantity',
  activeBookingsPerUserMax: 'create.bookings',
  holdMinutes: 'create.hold',
  holdExtensionMinutes: 'create.extension',
  extendsWhenSoldOut: 'create.extendsWhenSoldOut',
  holdPauseMinutes: 'create.pause',
  cancelDeadlineHours: 'create.deadline',
} as const satisfies Record<FieldName, string>;

/** Those that have a sentence of help: its key is the label's and `Hint`. */
export type HintedName = Exclude<FieldName, 'extendsWhenSoldOut'>;
