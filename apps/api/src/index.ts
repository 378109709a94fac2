/** The api's types, for clients. Nothing of it runs elsewhere. */
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './root.ts';

export type { LiveChange, LiveUpdate, SaleUpdate } from '@holdfast/engine';
export type { BookingAnswer, BookingOnWire, BookingWithUserOnWire } from './booking-wire.ts';
export type { EventAnswer, EventOnWire } from './event-wire.ts';
export type { FaultCode } from './http/fault-kinds.ts';
export type { FaultOnWire } from './http/faults.ts';
export type { FieldFault } from './http/field-faults.ts';
export type { Role } from '@holdfast/process';
export type { AppRouter };

/** What each procedure takes: `RouterInputs['booking']['reserve']`. */
export type RouterInputs = inferRouterInputs<AppRouter>;

/** What each procedure answers: `RouterOutputs['booking']['reserve']`. */
export type RouterOutputs = inferRouterOutputs<AppRouter>;
