import type {
  Booking,
  CancelledBooking,
  ConfirmedBooking,
  ExpiredBooking,
  HeldBooking,
  Offer,
} from '../booking/booking.ts';
import { check, checkFields, type Kinds } from './check.ts';
import { instant, type Kind, name, object, oneOf, orLeftOut, quantity } from './kind.ts';

type Facts = Omit<HeldBooking, 'status' | 'expiresAt' | 'heldSince'>;

/** `own`: the fields that only bookings of this status have. */
function kindsOf<B extends Booking>(
  status: B['status'],
  own: Omit<Kinds<B>, keyof Facts | 'status'>,
) {
  const facts = {
    id: name,
    userId: name,
    quantity,
    ordinal: quantity,
    claimedQuantity: orLeftOut(quantity),
  };
  return { ...facts, ...own, status: oneOf([status]) } satisfies Record<string, Kind>;
}

const kindsByStatus = {
  held: kindsOf<HeldBooking>('held', { expiresAt: instant, heldSince: orLeftOut(instant) }),
  confirmed: kindsOf<ConfirmedBooking>('confirmed', {
    confirmedAt: instant,
    offer: orLeftOut(object),
  }),
  cancelled: kindsOf<CancelledBooking>('cancelled', {
    cancelledAt: instant,
    from: oneOf(['held', 'confirmed', 'nothing']),
    cancelledBy: oneOf(['user', 'organizer', 'admin', 'replacement', 'refusal']),
  }),
  expired: kindsOf<ExpiredBooking>('expired', { expiredAt: instant }),
};
const offerKinds: Kinds<Offer> = { toUserId: name, expiresAt: instant };
const status = oneOf(Object.keys(kindsByStatus));

/**
 * Is this a booking that the rules can look at?
 *
 * @throws InvalidInput
 */
export function checkBooking(field: string, booking: Booking): void {
  check(field, booking, object);
  check(`${field}.status`, booking.status, status);
  checkFields(field, booking, kindsByStatus[booking.status]);
  if (booking.status !== 'confirmed' || booking.offer === undefined) return;
  checkFields(`${field}.offer`, booking.offer, offerKinds);
}
