import { setTimeout as sleep } from 'node:timers/promises';
import { type Booking, HoldfastError, type OrderAnswer } from '@holdfast/client';
import { type Answered, answerOfBooking, faulty } from './call.ts';

/** Seats of one event in an order of the load, which has one line for each event. */
export interface AskedLine {
  readonly eventId: string;
  readonly quantity: number;
}

type Told = OrderAnswer<'place' | 'confirm' | 'cancel'>;

/** Sends a command about an order: under this id if there is one yet, else under one that the client makes. */
type Send = (orderId?: string) => Promise<Told>;

/** An order that is still in doubt is asked for again so often. The client has repeated each call before. */
const repeatCountMax = 5;

/** Why a line of an order got nothing that was itself not refused. */
const otherLine = 'other_line';

/**
 * What one order came to, line by line, as if each line had been a call about its own event. Where nobody
 * knows, it is sent again under the same id until it is settled; one that is not settled then is unanswered.
 * Throws only what is no answer of the client's: a bug.
 *
 * @example await answersToOrder(lines, (orderId) => order.place({ lines, orderId }))
 * // [{ bookingId: '…', result: { status: 'accepted', booking: 'held' } }, { bookingId: '…', … }]
 */
export async function answersToOrder(
  lines: readonly AskedLine[],
  send: Send,
): Promise<readonly Answered[]> {
  try {
    const told = await settled(send);
    return lines.map(({ eventId }) => answerOfLine(eventId, told));
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    const result = faulty(error.fault, error.inDoubt);
    return lines.map(() => ({ bookingId: null, result }));
  }
}

async function settled(send: Send): Promise<Told> {
  let told = await send();
  for (let count = 0; told.status === 'unknown' && count < repeatCountMax; count += 1) {
    await sleep(told.retryAfterMs);
    told = await send(told.orderId).catch(stillUnknown(told));
  }
  return told;
}

/** That a repetition failed says nothing of what the call before it did. */
function stillUnknown(told: Told): (error: unknown) => Told {
  return (error) => {
    if (error instanceof HoldfastError) return told;
    throw error;
  };
}

function answerOfLine(eventId: string, told: Told): Answered {
  switch (told.status) {
    case 'refused': {
      const isReason = told.eventId === null || told.eventId === eventId;
      const reason = isReason ? told.reason : otherLine;
      return { bookingId: null, result: { status: 'refused', reason } };
    }
    case 'unknown': {
      const result = { status: 'unanswered', fault: told.fault, isInDoubt: true } as const;
      return { bookingId: told.orderId, result };
    }
    default:
      return answerOfBooking(bookingIn(told.bookings, eventId));
  }
}

function bookingIn(bookings: readonly Booking[], eventId: string): Booking {
  const found = bookings.find((booking) => booking.eventId === eventId);
  if (found === undefined) throw new Error(`An order was answered without its line of ${eventId}.`);
  return found;
}
