import { setTimeout as sleep } from 'node:timers/promises';
import { type Answered, answerTo } from '../load/call.ts';
import { type Ask, type Caller, type Crowd, keptMs } from './crowd.ts';
import { oneOf } from './one-of.ts';

/** Notes one call: of one seat, where nothing else is said. */
export type Tell = (
  ask: Omit<Ask, 'quantity'> & Partial<Pick<Ask, 'quantity'>>,
  send: () => Promise<Answered>,
) => Promise<Answered>;

/** A booking, and whose it is. */
export interface OwnBooking {
  readonly caller: Caller;
  readonly eventId: string;
  readonly bookingId: string;
}

/** Of the sales: those that grow, those that move to another user, and those that the organizer cancels. */
const grownShare = 0.15;
const movedShare = 0.15;
const cancelledShare = 0.1;

const grownQuantity = 3;

/** What may become of a sale later: it grows, moves to somebody else, or is cancelled on its user's behalf. */
export async function changeBooking(crowd: Crowd, tell: Tell, bought: OwnBooking): Promise<void> {
  const fate = crowd.random();
  if (fate >= grownShare + movedShare + cancelledShare) return;
  await sleep(keptMs(crowd.random));
  if (fate < grownShare) return await grow(tell, bought);
  if (fate < grownShare + movedShare) return await move(crowd, tell, bought);
  await cancelOnBehalf(crowd, tell, bought);
}

async function grow(tell: Tell, { caller, eventId, bookingId }: OwnBooking): Promise<void> {
  const { userId, booking } = caller;
  const quantity = grownQuantity;
  const ask = { type: 'changeQuantity', eventId, userId, bookingId, quantity } as const;
  await tell({ ...ask, isScheduled: false }, () =>
    answerTo(booking.changeQuantity({ eventId, bookingId, quantity })),
  );
}

async function move(crowd: Crowd, tell: Tell, bought: OwnBooking): Promise<void> {
  const { caller, eventId, bookingId } = bought;
  const recipient = oneOf(crowd.random, crowd.callers);
  const about = { eventId, bookingId, isScheduled: false } as const;
  const offer = { ...about, type: 'transfer', userId: caller.userId } as const;
  const offered = await tell(offer, () =>
    answerTo(caller.booking.transfer({ eventId, bookingId, toUserId: recipient.userId })),
  );
  if (offered.result.status !== 'accepted') return;
  const accept = { ...about, type: 'accept', userId: recipient.userId } as const;
  await tell(accept, () => answerTo(recipient.booking.accept({ eventId, bookingId })));
}

async function cancelOnBehalf(crowd: Crowd, tell: Tell, bought: OwnBooking): Promise<void> {
  const { caller, eventId, bookingId } = bought;
  const { userId } = caller;
  const ask = { type: 'cancel', eventId, userId, bookingId, isScheduled: false } as const;
  const onBehalfOf = { userId, reason: 'The user asked for it by telephone.' };
  await tell(ask, () => answerTo(crowd.organizer.cancel({ eventId, bookingId, onBehalfOf })));
}
