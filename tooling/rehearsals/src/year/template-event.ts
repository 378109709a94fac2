import { randomUUID } from 'node:crypto';
import { commit, type Database, relayOutbox } from '@holdfast/data';
import type { Command } from '@holdfast/domain';

/** What copies are made of: an event that is over, and when its sale began and ended. */
export interface TemplateEvent {
  readonly eventId: string;
  readonly beganAt: Date;
  readonly endedAt: Date;
}

const organizerId = 'organizer';
const policy = {
  quantityPerBookingMax: 10,
  activeBookingsPerUserMax: 1,
  holdDurationMs: 600_000,
  holdPauseMs: 0,
  cancelDeadlineMs: null,
  holdExtensionMaxMs: 0,
  extendsWhenSoldOut: true,
};

/** Puts an event on sale that takes place in so many days. */
export async function openEvent(
  database: Database,
  { seatCount, inDays }: { readonly seatCount: number; readonly inDays: number },
): Promise<string> {
  const eventId = randomUUID();
  const date = Date.now() + inDays * 86_400_000;
  await commit<Command>(database, eventId, [
    {
      type: 'create',
      eventId,
      organizerId,
      title: 'Tuesday evening',
      date,
      total: seatCount,
      saleWindow: { opensAt: null, closesAt: date },
      policy,
    },
    { type: 'open', organizerId },
  ]);
  return eventId;
}

/**
 * Sells an event as buyers do, each command a commit of its own: of ten seats seven are held and bought, one is
 * held and given back, and two stay free. Then the sale is closed, and all of it delivered.
 */
export async function makeTemplate(database: Database, seatCount: number): Promise<TemplateEvent> {
  const beganAt = new Date();
  const eventId = await openEvent(database, { seatCount, inDays: 1 });
  for (let seat = 0; seat < seatCount; seat += 1) {
    if (seat % 10 >= 8) continue;
    const claim = { bookingId: randomUUID(), userId: `user-${seat}` };
    await commit(database, eventId, [{ type: 'reserve', ...claim, quantity: 1 }]);
    const type = seat % 10 === 7 ? 'cancel' : 'confirm';
    await commit(database, eventId, [{ type, ...claim }]);
  }
  await commit<Command>(database, eventId, [{ type: 'close', organizerId, as: 'closed' }]);
  for (let isComplete = false; !isComplete; ) {
    const told = await relayOutbox(database, { changeCountMax: 1_000, deliver: async () => {} });
    isComplete = told?.isComplete ?? true;
  }
  return { eventId, beganAt, endedAt: new Date() };
}
