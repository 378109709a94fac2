import { openEvent, type Target } from '../load/target.ts';

export interface StageEvent {
  readonly eventId: string;
  readonly seatCount: number;
}

/** The events that the load is put on; nobody else books them. */
export interface Stage {
  /** Never sells out, so bookings can always go on. */
  readonly big: StageEvent;
  /** As large as the big one: for orders of seats in both. */
  readonly second: StageEvent;
  /** Sold out and free again several times a second. */
  readonly small: readonly StageEvent[];
  readonly all: readonly StageEvent[];
}

const bigSeatCount = 1_000_000;
const smallSeatCounts = [1, 2, 3] as const;

/** How long a hold lasts. */
export const holdDurationMs = 1_000;

/** Users book again and again; a hold that nobody confirms lapses while the run lasts. */
const policy = {
  quantityPerBookingMax: 10,
  activeBookingsPerUserMax: 1_000,
  holdDurationMs,
  holdExtensionMaxMs: holdDurationMs,
} as const;

/** Puts fresh events on sale for one run. */
export async function openStage(target: Target): Promise<Stage> {
  const open = async (seatCount: number): Promise<StageEvent> => ({
    eventId: await openEvent(target, { seatCount, policy }),
    seatCount,
  });
  const [big, second, small] = await Promise.all([
    open(bigSeatCount),
    open(bigSeatCount),
    Promise.all(smallSeatCounts.map(open)),
  ]);
  return { big, second, small, all: [big, second, ...small] };
}
