import type { GivenOrderOutcome } from '@holdfast/engine';
import {
  type Booking,
  type Instant,
  type Order,
  orderLineCountMax,
  type OrderRefused,
} from '@holdfast/domain';
import { z } from 'zod';
import { bookingOnWire, bookingOutput, overLimitOutput } from './booking-wire.ts';
import {
  id,
  instantOnWire,
  instantOutput,
  refusalOnWire,
  refusedOutput,
  unknownOnWire,
  unknownOutput,
} from './wire.ts';

const facts = {
  id,
  /** One for each event, in the order in which its first line was given. */
  bookings: z.array(bookingOutput).min(1).max(orderLineCountMax),
};
const orderVariants = [
  z.strictObject({
    ...facts,
    status: z.literal('held'),
    /** When the first of its holds lapses: until then all of it can be confirmed. */
    expiresAt: instantOutput,
    expiresInMs: z.int().min(0),
  }),
  z.strictObject({ ...facts, status: z.literal('confirmed') }),
  /** Each of its bookings is cancelled or expired. */
  z.strictObject({ ...facts, status: z.literal('ended') }),
  /** Its bookings differ: some were confirmed or have ended alone. */
  z.strictObject({ ...facts, status: z.literal('mixed') }),
] as const;

/** An order as its user sees it. `status` says what all of its bookings are. */
export const orderOutput = z.discriminatedUnion('status', orderVariants);

/** Which line is the reason; `null`: the order as a whole. */
export const refusedPart = { eventId: id.nullable(), line: z.int().min(0).nullable() };
const refusedOrderOutput = z.discriminatedUnion('reason', [
  refusedOutput.extend({
    ...refusedPart,
    reason: refusedOutput.shape.reason.exclude(['bookings_over_limit']),
  }),
  overLimitOutput.extend(refusedPart),
]);

/** What a command about an order answers; `status` tells all cases apart. */
export const orderAnswer = z.discriminatedUnion('status', [
  ...orderVariants,
  refusedOrderOutput,
  unknownOutput,
]);

type OrderOnWire = z.output<typeof orderOutput>;
export type OrderAnswer = z.output<typeof orderAnswer>;

interface OrderShown {
  readonly order: Order;
  readonly bookings: readonly Booking[];
}

/** An order, and its bookings as they are at `now`. */
export function orderOnWire({ order, bookings }: OrderShown, now: Instant): OrderOnWire {
  const shown = bookings.map((booking, index) =>
    bookingOnWire(order.lines[index]?.eventId ?? '', booking, now),
  );
  const common = { id: order.id, bookings: shown };
  const expiries = bookings.flatMap((each) => (each.status === 'held' ? each.expiresAt : []));
  if (expiries.length === bookings.length) {
    const expiresAt = Math.min(...expiries);
    const expiresInMs = Math.max(0, expiresAt - now);
    return { ...common, status: 'held', expiresAt: instantOnWire(expiresAt), expiresInMs };
  }
  if (bookings.every(({ status }) => status === 'confirmed')) {
    return { ...common, status: 'confirmed' };
  }
  const hasEnded = bookings.every(({ status }) => status === 'cancelled' || status === 'expired');
  return { ...common, status: hasEnded ? 'ended' : 'mixed' };
}

/** What became of a command about an order. */
export function orderAnswerOnWire(outcome: GivenOrderOutcome, now: Instant): OrderAnswer {
  switch (outcome.status) {
    case 'accepted':
      return orderOnWire(outcome, now);
    case 'refused':
      return refusedOrderOnWire(outcome, now);
    case 'unknown':
      return unknownOnWire;
  }
}

function refusedOrderOnWire(refusal: OrderRefused, now: Instant): OrderAnswer {
  const { eventId, line } = refusal;
  const { status, message } = refusalOnWire(refusal.reason);
  const told = { status, message, eventId, line };
  if (refusal.reason !== 'bookings_over_limit') return { ...told, reason: refusal.reason };
  const activeBookings = refusal.activeBookings.map((each) =>
    bookingOnWire(eventId ?? '', each, now),
  );
  return { ...told, reason: refusal.reason, activeBookings };
}
