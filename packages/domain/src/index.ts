/**
 * The booking rules, pure: no dependency, no clock, no I/O.
 *
 * Start with `decide`; docs/glossary.md has the words.
 */
export * from './booking.ts';
export * from './capacity.ts';
export type { Changes } from './changes.ts';
export type * from './commands.ts';
export { decide, decideGroup, stateOf } from './decide-checked.ts';
export type { DecisionOf, GroupDecision } from './decide-group.ts';
export type {
  BookingAccepted,
  BookingDecision,
  Decision,
  EventAccepted,
  EventDecision,
} from './decision.ts';
export * from './event.ts';
export { evolve, evolveCommit, replay } from './evolve.ts';
export type { GivenWindow } from './given-window.ts';
export { type GroupWrite, type MovedBooking, writeOf } from './group-write.ts';
export { holdEndedAt } from './hold-pause.ts';
export { InvalidInput } from './input/invalid-input.ts';
export type { Instant } from './instant.ts';
export { type EventNote, explainNote, eventNotes, notesOn } from './notes.ts';
export * from './refusal.ts';
export { lapsedHoldCountMax, type Relevance, relevantTo } from './relevance.ts';
export type { Reliance, SeenBooking } from './reliance.ts';
export { type Reading, type Standing, standingOf } from './standing.ts';
export { activeBookingsOf, initialState, lapsedHolds, type State } from './state.ts';
export * from './transition.ts';
