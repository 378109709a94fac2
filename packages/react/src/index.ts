export type { Availability } from './availability.ts';
export { browserClock, type Clock } from './clock.ts';
export { remainingMs, type SeenBooking } from './deadline.ts';
export type { HoldAnswer, HoldCommand } from './hold-command.ts';
export type { KeptText } from './hold-journal.ts';
export type { EndedHold, HeldBooking, HoldState } from './hold-state.ts';
export {
  HoldfastProvider,
  type HoldfastProviderProps,
  useHoldfastClient,
} from './holdfast-provider.ts';
export type { AnyAnswer, AnyDoubt } from './settle.ts';
export { useAvailability } from './use-availability.ts';
export { type OwnBookings, useBookings } from './use-bookings.ts';
export { type Command, type CommandState, type SendCommand, useCommand } from './use-command.ts';
export { type OwnHoldHandle, useHold } from './use-hold.ts';
export { useSteadyNow } from './use-steady-now.ts';
