import { randomUUID } from 'node:crypto';
import type { OpenRestaurant } from '../open-restaurant.ts';
import type { ReservationOutcome } from '../reserving/words.ts';

/** What a guest was told last, of which reservation. */
export interface Told {
  readonly id: string;
  readonly userId: string;
  /** A status, the reason of a refusal, `unknown`, or `failed` with the error's name. */
  readonly answer: string;
}

/** Numbers from 0 on and below 1. */
export type Random = () => number;

/** One guest of the storm, and when the evening's tables are to be had. */
export interface StormGuest {
  readonly guestId: string;
  readonly starts: readonly string[];
  readonly random: Random;
}

const partySizeMax = 6;

/** What guests do, and how many in a hundred do it. */
const behaviours: readonly (readonly [number, (guest: Visit) => Promise<ReservationOutcome>])[] = [
  [40, async ({ restaurant, asked }) => await restaurant.book(asked)],
  [15, pressTwice],
  [20, fillInTheForm],
  [5, async ({ restaurant, asked }) => await restaurant.hold(asked)],
  [15, thinkBetterOfIt],
  [5, async ({ restaurant, asked }) => await restaurant.seatWalkIn(asked)],
];

interface Visit {
  readonly restaurant: OpenRestaurant;
  readonly asked: Parameters<OpenRestaurant['book']>[0];
}

/** Does what a guest does, and says what they were told. Faults are answers, too. */
export async function visit(
  restaurant: OpenRestaurant,
  { guestId, starts, random }: StormGuest,
): Promise<Told> {
  const id = randomUUID();
  const at = starts[Math.floor(random() * starts.length)] ?? '';
  const partySize = 1 + Math.floor(random() * partySizeMax);
  const behave = behaviourAt(random() * 100);
  try {
    const outcome = await behave({ restaurant, asked: { id, guestId, partySize, at } });
    const answer = outcome.status === 'refused' ? outcome.reason : outcome.status;
    return { id, userId: 'guestId' in outcome ? outcome.guestId : guestId, answer };
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Error';
    return { id, userId: guestId, answer: `failed: ${name}` };
  }
}

function behaviourAt(percent: number) {
  let sum = 0;
  for (const [share, behave] of behaviours) {
    sum += share;
    if (percent < sum) return behave;
  }
  throw new Error('The shares of what guests do are less than 100.');
}

async function pressTwice({ restaurant, asked }: Visit): Promise<ReservationOutcome> {
  const [first, second] = await Promise.all([restaurant.book(asked), restaurant.book(asked)]);
  return second.status === 'confirmed' ? second : first;
}

async function fillInTheForm({ restaurant, asked }: Visit): Promise<ReservationOutcome> {
  const hold = await restaurant.hold(asked);
  return hold.status === 'held' ? await restaurant.confirm(asked) : hold;
}

async function thinkBetterOfIt({ restaurant, asked }: Visit): Promise<ReservationOutcome> {
  const booked = await restaurant.book(asked);
  if (booked.status !== 'confirmed') return booked;
  const cancelled = await restaurant.cancel({ ...asked, by: 'guest' });
  // Too late: it stands.
  return cancelled.status === 'refused' ? booked : cancelled;
}
