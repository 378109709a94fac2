import type { Fault } from './fault.ts';
import type { EventUpdate } from './event-update.ts';
import type { Inputs, Outputs } from './procedures.ts';

/** An input whose id the client makes where the caller gives none. */
type MakesId<Input, Id extends keyof Input> = Omit<Input, Id> & {
  [K in Id]?: Input[K] | undefined;
};

/** What the api answers when it knows. */
export type Known<Answer> = Exclude<Answer, { status: 'unknown' }>;

/** What a command's caller is told when nobody knows whether it took effect. */
export interface Doubt {
  readonly status: 'unknown';
  /** How long to wait before the same call, with the same id, settles it. */
  readonly retryAfterMs: number;
  /** Why the last attempt was not answered. */
  readonly fault: Fault;
  /** The same for people, with what may fix it. */
  readonly message: string;
}

interface BookingIds {
  readonly eventId: string;
  readonly bookingId: string;
}

interface EventIds {
  readonly eventId: string;
}

/**
 * Nobody knows whether the command took effect, and the retries are used up. Nothing is lost: the
 * same call with this `bookingId` settles it, now or a day later, and has one effect in all.
 *
 * @example
 * let answer = await client.booking.book({ eventId, quantity: 2 });
 * if (answer.status === 'unknown') {
 *   await sleep(answer.retryAfterMs);
 *   answer = await client.booking.book({ eventId, quantity: 2, bookingId: answer.bookingId });
 * }
 */
export type UnknownBooking = Doubt & BookingIds;

/** As UnknownBooking, of a command about an order. The same call with this `orderId` settles it. */
export type UnknownOrder = Doubt & { readonly orderId: string };

/** As UnknownBooking, of a command about an event. The same call with this `eventId` settles it. */
export type UnknownEvent = Doubt & EventIds;

/**
 * `isFirstAttempt` is for who gives a `bookingId`: true only where it was made for this very call and never
 * sent before. Then a sold-out event may refuse at once; said of any other id, it may refuse a booking that is there.
 * Otherwise a refusal is final: seats that come back are for a call with another id.
 */
export type ReserveInput = MakesId<Inputs['booking']['reserve'], 'bookingId'>;
export type BookInput = MakesId<Inputs['booking']['book'], 'bookingId'>;
export type ConfirmInput = Inputs['booking']['confirm'];
export type CancelInput = Inputs['booking']['cancel'];
export type ExtendInput = Inputs['booking']['extend'];
export type ChangeQuantityInput = Inputs['booking']['changeQuantity'];
export type TransferInput = Inputs['booking']['transfer'];
export type AcceptInput = Inputs['booking']['accept'];
/** Whether an order's id is new the client finds out by itself. */
export type PlaceOrderInput = MakesId<Omit<Inputs['order']['place'], 'isFirstAttempt'>, 'orderId'>;
export type CreateEventInput = MakesId<Inputs['event']['create'], 'eventId'>;

export type ReserveAnswer = Known<Outputs['booking']['reserve']> | UnknownBooking;
export type BookAnswer = Known<Outputs['booking']['book']> | UnknownBooking;
export type ConfirmAnswer = Known<Outputs['booking']['confirm']> | UnknownBooking;
export type CancelAnswer = Known<Outputs['booking']['cancel']> | UnknownBooking;
export type ExtendAnswer = Known<Outputs['booking']['extend']> | UnknownBooking;
export type ChangeQuantityAnswer = Known<Outputs['booking']['changeQuantity']> | UnknownBooking;
export type TransferAnswer = Known<Outputs['booking']['transfer']> | UnknownBooking;
export type AcceptAnswer = Known<Outputs['booking']['accept']> | UnknownBooking;
export type OrderAnswer<Command extends 'place' | 'confirm' | 'cancel'> =
  | Known<Outputs['order'][Command]>
  | UnknownOrder;
export type EventAnswer<Command extends 'create' | 'update' | 'open' | 'close' | 'setCapacity'> =
  | Known<Outputs['event'][Command]>
  | UnknownEvent;

/** The same where several events are watched: of which one it is. */
export type NamedEventUpdate = EventUpdate & { readonly eventId: string };
