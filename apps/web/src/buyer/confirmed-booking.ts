import type { Booking } from '@holdfast/client';

/** A booking that is bought. */
export type ConfirmedBooking = Extract<Booking, { readonly status: 'confirmed' }>;
