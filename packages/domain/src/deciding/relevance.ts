import { isQuantity } from '../event/capacity.ts';
import type { Command, Expire } from '../commands/commands.ts';
import { isReacquiring } from '../commands/reacquire.ts';

/** Which bookings of an event a group of commands needs to see. */
export interface Relevance {
  /** Bookings that a command names. */
  readonly bookingIds: readonly string[];
  /**
   * Users whose held and confirmed bookings matter. If the policy has a pause after holds, the last
   * hold of each that ended without a sale matters, too.
   */
  readonly userIds: readonly string[];
  /** At most so many lapsed holds, the longest lapsed first. */
  readonly lapsedHoldCount: number;
  /**
   * If the event was called off: at most so many bookings that still take seats, in the order of
   * their ids, after this one.
   */
  readonly calledOffCount: number;
  readonly calledOffAfterId: string | null;
  /** Is it needed to know how the event was made? */
  readonly isCreationAsked: boolean;
}

/**
 * The most lapsed holds that one group looks at. It bounds the read, and the time that refusals
 * take, each of which looks through them (500 commands and 10,000 holds took 1.1 s). If there are
 * more, they are swept first: see `commit`.
 */
export const lapsedHoldCountMax = 2_000;

/**
 * To reacquire a hold, so many lapsed holds are looked at: its quantity is not known yet. A larger
 * booking may be refused until others' lapsed holds are swept, which takes seconds.
 */
const reacquiredSeatCountMax = 100;

/**
 * What must be known of an event's bookings to decide these commands.
 *
 * Each lapsed hold keeps at least one seat, so a command that asks for n seats never needs more
 * than n of them.
 *
 * @example
 * relevantTo([{ type: 'reserve', bookingId: 'b1', userId: 'ann', quantity: 2 }])
 * // { bookingIds: ['b1'], userIds: ['ann'], lapsedHoldCount: 2, … }
 */
export function relevantTo(commands: readonly Command[]): Relevance {
  const bookingIds = new Set<string>();
  const userIds = new Set<string>();
  let lapsedHoldCount = 0;
  const sweeps: Expire[] = [];
  let isCreationAsked = false;
  for (const command of commands) {
    if ('bookingId' in command) bookingIds.add(command.bookingId);
    const claimant = claimantOf(command);
    if (claimant !== null) userIds.add(claimant);
    lapsedHoldCount += lapsedHoldsFor(command);
    if (command.type === 'expire') sweeps.push(command);
    isCreationAsked ||= command.type === 'create';
  }
  return {
    bookingIds: [...bookingIds],
    userIds: [...userIds],
    lapsedHoldCount: Math.min(lapsedHoldCount, lapsedHoldCountMax),
    ...calledOffFor(sweeps),
    isCreationAsked,
  };
}

/** The user who is to have one more active booking: it matters what else that user has. */
function claimantOf(command: Command): string | null {
  switch (command.type) {
    case 'reserve':
    case 'book':
    case 'accept':
      return command.userId;
    case 'confirm':
      return isReacquiring(command) ? command.userId : null;
    case 'transfer':
      return command.actor === undefined ? null : command.toUserId;
    default:
      return null;
  }
}

function calledOffFor(sweeps: readonly Expire[]) {
  const count = sweeps.reduce((sum, sweep) => sum + lapsedHoldsFor(sweep), 0);
  const afterIds = sweeps.map(({ afterBookingId = '' }) => afterBookingId).sort();
  return {
    calledOffCount: Math.min(count, lapsedHoldCountMax),
    calledOffAfterId: afterIds[0] || null,
  };
}

function lapsedHoldsFor(command: Command): number {
  switch (command.type) {
    case 'reserve':
    case 'book':
    case 'changeQuantity':
      return isQuantity(command.quantity) ? command.quantity : 0;
    case 'expire':
      return isQuantity(command.bookingCountMax) ? command.bookingCountMax : 0;
    case 'extend':
      return 1;
    case 'setCapacity':
      return lapsedHoldCountMax;
    case 'confirm':
      return isReacquiring(command) ? reacquiredSeatCountMax : 0;
    case 'cancel':
    case 'transfer':
    case 'accept':
    case 'create':
    case 'update':
    case 'open':
    case 'close':
      return 0;
  }
}
