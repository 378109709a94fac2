import type { FaultCode } from '@holdfast/api';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  BookAnswer,
  Booking,
  CancelAnswer,
  ConfirmAnswer,
  Fault,
  HoldfastClient,
  Inputs,
  Outputs,
  RefusalReason,
  ReserveAnswer,
} from '../src/index.ts';

/** Never called: the compiler is the test. */
declare const client: HoldfastClient;
const eventId = '0197f6a0-0000-7000-8000-000000000001';
const bookingId = '0197f6a0-0000-7000-8000-000000000002';

describe('the client has exactly the procedures of the api', () => {
  test('by noun', () => {
    expectTypeOf<keyof HoldfastClient>().toEqualTypeOf<keyof Outputs>();
    expectTypeOf<keyof HoldfastClient['booking']>().toEqualTypeOf<keyof Outputs['booking']>();
    expectTypeOf<keyof HoldfastClient['event']>().toEqualTypeOf<
      keyof Outputs['event'] | 'watch' | 'sale' | 'exportBookings'
    >();
    expectTypeOf<keyof HoldfastClient['health']>().toEqualTypeOf<keyof Outputs['health']>();
  });

  test('and knows every fault that the api can answer with', () => {
    expectTypeOf<Exclude<FaultCode, Fault>>().toEqualTypeOf<never>();
  });
});

describe('answers', () => {
  test('are told apart by status', () => {
    type Status = 'held' | 'confirmed' | 'cancelled' | 'expired' | 'refused' | 'unknown';
    expectTypeOf<ReserveAnswer['status']>().toEqualTypeOf<Status>();
    expectTypeOf<BookAnswer['status']>().toEqualTypeOf<Status>();
    expectTypeOf<ConfirmAnswer['status']>().toEqualTypeOf<Status>();
    expectTypeOf<CancelAnswer['status']>().toEqualTypeOf<Status>();
    expectTypeOf<Booking['status']>().toEqualTypeOf<Exclude<Status, 'refused' | 'unknown'>>();
  });

  test('have what their status promises, and nothing else', () => {
    const look = (answer: ReserveAnswer) => {
      // @ts-expect-error only a hold has it
      void answer.expiresAt;
      if (answer.status === 'held') expectTypeOf(answer.expiresAt).toEqualTypeOf<string>();
      if (answer.status === 'confirmed') expectTypeOf(answer.confirmedAt).toEqualTypeOf<string>();
      if (answer.status === 'refused') expectTypeOf(answer.reason).toEqualTypeOf<RefusalReason>();
      if (answer.status === 'unknown') {
        expectTypeOf(answer.bookingId).toEqualTypeOf<string>();
        expectTypeOf(answer.eventId).toEqualTypeOf<string>();
        expectTypeOf(answer.retryAfterMs).toEqualTypeOf<number>();
        expectTypeOf(answer.fault).toEqualTypeOf<Fault>();
      }
    };
    void look;
  });

  test('a refusal over the limit has the bookings that the user has', () => {
    const look = (answer: ReserveAnswer) => {
      if (answer.status !== 'refused') return;
      // @ts-expect-error only this reason has them
      void answer.activeBookings;
      if (answer.reason !== 'bookings_over_limit') return;
      const [first] = answer.activeBookings;
      expectTypeOf(first?.status).toEqualTypeOf<'held' | 'confirmed' | undefined>();
    };
    void look;
  });

  test('a switch over status is exhaustive', () => {
    const say = (answer: ReserveAnswer): string => {
      switch (answer.status) {
        case 'held':
        case 'confirmed':
        case 'cancelled':
        case 'expired':
          return answer.id;
        case 'refused':
          return answer.message;
        case 'unknown':
          return answer.bookingId;
      }
    };
    const forgetful = (answer: ReserveAnswer): string => {
      switch (answer.status) {
        case 'refused':
          return answer.message;
        case 'unknown':
          return answer.bookingId;
        default:
          // @ts-expect-error a hold, say, has no message
          return answer.message;
      }
    };
    void [say, forgetful];
  });

  test('refusals are words, not any string', () => {
    expectTypeOf<'sold_out'>().toExtend<RefusalReason>();
    expectTypeOf<'hold_lapsed'>().toExtend<RefusalReason>();
    // @ts-expect-error a reason that nobody gives
    const reason: RefusalReason = 'because';
    void reason;
  });

  test('an event command that is in doubt names its event', () => {
    type Doubt = Extract<Awaited<ReturnType<typeof client.event.open>>, { status: 'unknown' }>;
    expectTypeOf<Doubt>().toExtend<{ eventId: string; retryAfterMs: number }>();
    expectTypeOf<Doubt>().not.toHaveProperty('bookingId');
  });
});

describe('inputs', () => {
  test('ids that the client can make may be left out', () => {
    type Reserve = Parameters<typeof client.booking.reserve>[0];
    expectTypeOf<{ eventId: string; quantity: number }>().toExtend<Reserve>();
    expectTypeOf<Inputs['booking']['reserve']>().toExtend<Reserve>();
    expectTypeOf<{ eventId: string }>().not.toExtend<Reserve>();
  });

  test('ids that name something may not', () => {
    const wrong = () => [
      // @ts-expect-error which booking?
      client.booking.confirm({ eventId }),
      // @ts-expect-error of which event?
      client.booking.cancel({ bookingId }),
      // @ts-expect-error which event?
      client.event.open({}),
    ];
    void wrong;
  });

  test('what is no input is refused', () => {
    const wrong = () => [
      // @ts-expect-error a quantity is a number
      client.booking.reserve({ eventId, quantity: '2' }),
      // @ts-expect-error the api decides whose booking it is
      client.booking.reserve({ eventId, quantity: 2, userId: 'ann' }),
      // @ts-expect-error an event is closed or cancelled
      client.event.close({ eventId, as: 'sold' }),
    ];
    void wrong;
  });
});
