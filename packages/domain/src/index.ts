/**
 * The booking rules, pure: no dependency, no clock, no I/O.
 *
 * Start with `decide`; docs/glossary.md has the words.
 */
export type { Actor } from './booking/actor.ts';
export * from './booking/booking.ts';
export * from './event/capacity.ts';
export type { Changes } from './event/changes.ts';
export type * from './commands/commands.ts';
export { decide, decideGroup, stateOf } from './deciding/decide-checked.ts';
export type { DecisionOf, GroupDecision } from './deciding/decide-group.ts';
export type {
  BookingAccepted,
  BookingDecision,
  Decision,
  EventAccepted,
  EventDecision,
} from './commands/decision.ts';
export * from './event/event.ts';
export { evolve, evolveCommit, replay } from './state/evolve.ts';
export type { GivenWindow } from './event/given-window.ts';
export { type GroupWrite, type MovedBooking, writeOf } from './deciding/group-write.ts';
export { hasHoldPause, holdEndedAt } from './booking/hold-pause.ts';
export { checkCommand } from './input/check-command.ts';
export { checkOrderCommand } from './input/check-order.ts';
export { InvalidInput } from './input/invalid-input.ts';
export type { Instant } from './instant.ts';
export { type EventNote, explainNote, eventNotes, notesOn } from './event/notes.ts';
export { type AskedLine, askedLines } from './orders/asked-lines.ts';
export { decideOrders } from './orders/decide-orders-checked.ts';
export type { OrdersDecision, OrdersKnown } from './orders/decide-orders.ts';
export { mergeLines, type Order, type OrderLine, orderLineCountMax } from './orders/order.ts';
export type * from './orders/order-commands.ts';
export type { OrderAccepted, OrderDecision, OrderRefused } from './orders/order-decision.ts';
export * from './commands/refusal.ts';
export {
  type Payment,
  paymentAfter,
  type PaymentNews,
  type PaymentStanding,
} from './payment/payment.ts';
export {
  type CommandAnswer,
  paymentCommand,
  type Settled,
  type Settlement,
  settlementOf,
} from './payment/settle.ts';
export { lapsedHoldCountMax, type Relevance, relevantTo } from './deciding/relevance.ts';
export type { Reliance } from './deciding/reliance.ts';
export { type Reading, type Standing, standingOf } from './event/standing.ts';
export { activeBookingsOf, initialState, lapsedHolds, type State } from './state/state.ts';
export * from './state/transition.ts';
