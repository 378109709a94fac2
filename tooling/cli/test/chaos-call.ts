import type { Call, Result } from '../src/load/call.ts';

/** A call about the one seat of `event`, sent at 10 ms and answered at 20 ms, changed as told. */
export function callOf(changes: Partial<Call>): Call {
  return {
    type: 'book',
    eventId: 'event',
    userId: 'ann',
    bookingId: 'b1',
    quantity: 1,
    isScheduled: true,
    arrivedAtMs: 10,
    sentAtMs: 10,
    answeredAtMs: 20,
    result: confirmed,
    ...changes,
  };
}

export const confirmed: Result = { status: 'accepted', booking: 'confirmed' };
export const held: Result = { status: 'accepted', booking: 'held' };
export const cancelled: Result = { status: 'accepted', booking: 'cancelled' };
export const unknown: Result = { status: 'unknown' };
export const soldOut: Result = { status: 'refused', reason: 'sold_out' };
export const overloaded: Result = { status: 'fault', fault: 'overloaded' };
export const cut: Result = { status: 'unanswered', fault: 'network', isInDoubt: true };
export const unreachable: Result = { status: 'unanswered', fault: 'unreachable', isInDoubt: false };
