export type { BookingCalls } from './booking-calls.ts';
export type { CallOptions } from './caller.ts';
export {
  createHoldfastClient,
  type HoldfastClient,
  type HoldfastClientOptions,
} from './create-holdfast-client.ts';
export type { EventCalls } from './event-calls.ts';
export type { EventChange, EventUpdate } from './event-update.ts';
export type { ExportBookings, ExportInput } from './export-bookings.ts';
export type { FieldFault } from './failure.ts';
export type { Fault } from './fault.ts';
export type { HealthCalls } from './health-calls.ts';
export { HoldfastError } from './holdfast-error.ts';
export { newId } from './ids.ts';
export type { OrderCalls } from './order-calls.ts';
export type {
  Booking,
  BookingChange,
  BookingWithUser,
  Event,
  Inputs,
  Order,
  Outputs,
  Page,
  RefusalReason,
} from './procedures.ts';
export { type GivenRetryOptions, type RetryOptions, retryDefaults } from './retry-options.ts';
export type { TracedRequest, TraceRequest } from './trace.ts';
export type { Token } from './transport.ts';
export type { Percentiles, SaleNow, SaleSeats, SaleSecond, SaleUpdate } from './sale.ts';
export type { WatchOptions } from './stream-again.ts';
export type { WatchInput, WatchSeveralInput } from './watch.ts';
export type * from './wire.ts';
