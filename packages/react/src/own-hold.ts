import type { Booking, HoldfastClient } from '@holdfast/client';
import type { Clock } from './clock.ts';
import type { SeenBooking } from './deadline.ts';
import type { HoldJournal } from './hold-journal.ts';

/** A user's newest bookings are looked at, so many to a page. */
const pageSize = 100;
/** A hold is minutes old: who has made 300 bookings since finds it by the journal alone. */
const pageCountMax = 3;

/** What a hold is looked for with. */
export interface HoldSearch {
  readonly client: HoldfastClient;
  readonly journal: HoldJournal;
  readonly clock: Clock;
}

/** What the caller has of an event. */
export interface OwnHold {
  /** `null`: nothing is held. */
  readonly held: SeenBooking | null;
  /** The hold that was known before, where it is one no longer. */
  readonly ended: Booking | null;
}

/** Before anything was found. */
export const nothingOwn: OwnHold = { held: null, ended: null };

/**
 * The caller's own hold of an event, wherever it was made. First the one that is known, by the id in this browser's
 * journal or by what was found before, then any other, among the user's newest bookings.
 *
 * @param before what was found the last time
 * @throws HoldfastError where the server cannot be asked
 */
export async function findOwnHold(
  search: HoldSearch,
  { eventId, before }: { readonly eventId: string; readonly before: OwnHold },
  signal: AbortSignal,
): Promise<OwnHold> {
  const { client, journal, clock } = search;
  const bookingId = journal.find(eventId) ?? before.held?.booking.id;
  const known = await findBooking(client, { eventId, bookingId }, signal);
  if (known !== null && isHeld(known)) {
    return { held: { booking: known, seenAt: clock.now() }, ended: null };
  }
  // Of an id that the server does not know an attempt may still be on its way: it stays, and is used again.
  if (known !== null) journal.end(eventId, known.id);
  const held = await findAmongNewest(search, eventId, signal);
  if (held !== null) return { held, ended: null };
  return { held, ended: known ?? before.ended };
}

async function findBooking(
  { booking }: HoldfastClient,
  { eventId, bookingId }: { readonly eventId: string; readonly bookingId: string | undefined },
  signal: AbortSignal,
): Promise<Booking | null> {
  if (bookingId === undefined) return null;
  try {
    return await booking.get({ eventId, bookingId }, { signal });
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'fault' in error && error.fault === 'not_found';
}

async function findAmongNewest(
  { client: { booking }, clock }: HoldSearch,
  eventId: string,
  signal: AbortSignal,
): Promise<SeenBooking | null> {
  let cursor: string | null = null;
  for (let count = 0; count < pageCountMax; count += 1) {
    const page: Awaited<ReturnType<typeof booking.mine>> = await booking.mine(
      { limit: pageSize, cursor },
      { signal },
    );
    const seenAt = clock.now();
    const found = page.items.find((item) => item.eventId === eventId && isHeld(item));
    if (found !== undefined) return { booking: found, seenAt };
    cursor = page.nextCursor;
    if (cursor === null) return null;
  }
  return null;
}

/** A hold that has lapsed is none, whether or not it was swept. */
function isHeld(booking: Booking): boolean {
  return booking.status === 'held' && booking.expiresInMs > 0;
}
