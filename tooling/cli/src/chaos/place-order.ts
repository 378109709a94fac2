import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '@holdfast/command/random-from';
import type { Answered, Call } from '../load/call.ts';
import { answersToOrder, type AskedLine } from '../load/order-call.ts';
import { type Ask, type Crowd, keptMs } from './crowd.ts';
import { oneOf } from './one-of.ts';
import { holdDurationMs, type Stage } from './stage.ts';

/** Notes the calls of one order: one for each line, sent together and answered together. */
export type TellOrder = (
  asks: readonly Ask[],
  send: () => Promise<readonly Answered[]>,
) => Promise<readonly Answered[]>;

/** Of the orders: as holds, over large events only, and forgotten where they are both. */
const heldShare = 0.5;
const largeShare = 0.3;

const quantityMax = 3;

/** Holds are confirmed so long after they were placed, at most: some when they have lapsed. */
const confirmedAfterMsMax = 1.1 * holdDurationMs;

/**
 * Orders seats of two or three events at once, as sales or as holds, which are confirmed later. Holds of
 * large events are forgotten; every other order is cancelled after a moment, so that seats come back.
 */
export async function placeOrder(crowd: Crowd, tell: TellOrder): Promise<void> {
  const { callers, stage, random } = crowd;
  const { userId, order } = oneOf(random, callers);
  const isLarge = random() < largeShare;
  const lines = isLarge ? largeLines(stage, random) : mixedLines(stage, random);
  const as = random() < heldShare ? 'held' : 'confirmed';
  const asks = (type: Call['type'], orderId: string | null): readonly Ask[] =>
    lines.map((line, index) => {
      const isScheduled = orderId === null && index === 0;
      return { ...line, type, userId, bookingId: orderId, isScheduled };
    });
  const place = (orderId?: string) => order.place({ lines: [...lines], as, orderId });
  const placed = await tell(asks(as === 'held' ? 'reserve' : 'book', null), () =>
    answersToOrder(lines, place),
  );
  const orderId = placed[0]?.bookingId ?? null;
  if (orderId === null || (isLarge && as === 'held')) return;
  if (as === 'held') {
    await sleep(random() * confirmedAfterMsMax);
    await tell(asks('confirm', orderId), () =>
      answersToOrder(lines, () => order.confirm({ orderId })),
    );
  }
  await sleep(keptMs(random));
  await tell(asks('cancel', orderId), () => answersToOrder(lines, () => order.cancel({ orderId })));
}

function largeLines({ big, second }: Stage, random: Random): readonly AskedLine[] {
  return [big, second].map(({ eventId }) => ({ eventId, quantity: quantityOf(random) }));
}

/** One or two seats of few, which may be gone, beside many of a large event. */
function mixedLines({ second, small }: Stage, random: Random): readonly AskedLine[] {
  const scarce = new Set([oneOf(random, small), oneOf(random, small)]);
  const [first, ...others] = [...scarce].map(({ eventId }) => ({ eventId, quantity: 1 }));
  const large = { eventId: second.eventId, quantity: quantityOf(random) };
  return first === undefined ? [large] : [first, large, ...others];
}

function quantityOf(random: Random): number {
  return 1 + Math.floor(random() * quantityMax);
}
