import type {
  AppRouter,
  BookingWithUserOnWire,
  LiveChange,
  LiveUpdate,
  RouterInputs,
  RouterOutputs,
  SaleUpdate as SaleUpdateOfApi,
} from '@holdfast/api';
import type { TRPCClient } from '@trpc/client';
import { describe, expectTypeOf, test } from 'vitest';
import type {
  BookingWithUser,
  EventChange,
  EventUpdate,
  ExportInput,
  Inputs,
  Outputs,
  RefusalReason,
  SaleUpdate,
} from '../src/index.ts';
import type { Transport } from '../src/transport.ts';

/** A stream is no call: it has types of its own. tRPC says `void` of what may be left out whole. */
type Calls<Nouns> = {
  [Noun in keyof Nouns]: {
    [Name in keyof Nouns[Noun] as Exclude<Name, 'watch' | 'sale' | 'exportBookings'>]: WithoutVoid<
      Nouns[Noun][Name]
    >;
  };
};
type WithoutVoid<Value> = void extends Value ? Exclude<Value, void> | undefined : Value;
type Asked = Calls<RouterInputs>;
type Answered = Calls<RouterOutputs>;

// The compiler is the test.
describe('what the client says of the procedures is what the api says', () => {
  test('of what they take', () => {
    expectTypeOf<Inputs>().toExtend<Asked>();
    expectTypeOf<Asked>().toExtend<Inputs>();
    expectTypeOf<keyof Inputs['booking']>().toEqualTypeOf<keyof Asked['booking']>();
    expectTypeOf<keyof Inputs['event']>().toEqualTypeOf<keyof Asked['event']>();
    expectTypeOf<AllKeys<Inputs>>().toEqualTypeOf<AllKeys<Asked>>();
  });

  test('of what they answer', () => {
    expectTypeOf<Outputs>().toExtend<Answered>();
    expectTypeOf<Answered>().toExtend<Outputs>();
    expectTypeOf<keyof Outputs['booking']>().toEqualTypeOf<keyof Answered['booking']>();
    expectTypeOf<keyof Outputs['event']>().toEqualTypeOf<keyof Answered['event']>();
    expectTypeOf<AllKeys<Outputs>>().toEqualTypeOf<AllKeys<Answered>>();
    expectTypeOf<BookingWithUser>().toExtend<BookingWithUserOnWire>();
    expectTypeOf<BookingWithUserOnWire>().toExtend<BookingWithUser>();
    type Refusal = Extract<Answered['booking']['book'], { status: 'refused' }>;
    expectTypeOf<RefusalReason>().toEqualTypeOf<Refusal['reason']>();
  });

  test('of which ones ask and which ones change', () => {
    expectTypeOf<TRPCClient<AppRouter>>().toExtend<Transport>();
  });

  test('of what an export takes', () => {
    expectTypeOf<ExportInput>().toExtend<RouterInputs['event']['exportBookings']>();
    expectTypeOf<RouterInputs['event']['exportBookings']>().toExtend<ExportInput>();
  });

  test('of what is watched', () => {
    expectTypeOf<EventChange>().toEqualTypeOf<LiveChange>();
    expectTypeOf<EventUpdate>().toEqualTypeOf<LiveUpdate>();
    expectTypeOf<SaleUpdate>().toExtend<SaleUpdateOfApi>();
    expectTypeOf<SaleUpdateOfApi>().toExtend<SaleUpdate>();
  });
});

/** Each field of each procedure: one that may be left out would be missed by assignment alone. */
type AllKeys<Nouns> = {
  [Noun in keyof Nouns]: { [Name in keyof Nouns[Noun]]: KeysOf<Nouns[Noun][Name]> };
};
type KeysOf<Value> = Value extends unknown ? keyof Value : never;
