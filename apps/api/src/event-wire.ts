import type { EventOutcome } from '@holdfast/data';
import { eventNotes, explainNote, notesOn, quantityMax } from '@holdfast/domain';
import { type EventView, type EventViews, viewOf } from '@holdfast/engine';
import { z } from 'zod';
import { eventCursor } from './cursors.ts';
import {
  id,
  instantOutput,
  pageOf,
  quantity,
  refusalOnWire,
  refusedOutput,
  unknownOnWire,
  unknownOutput,
} from './wire.ts';

const seatCount = z.int().min(0).max(quantityMax);

/** An event as everybody who may see it sees it. */
export const eventOutput: z.ZodType<EventView> = z.strictObject({
  id,
  organizerId: z.string(),
  title: z.string(),
  date: instantOutput,
  status: z.enum(['draft', 'on_sale', 'closed', 'cancelled']),
  saleWindow: z.strictObject({
    opensAt: instantOutput.nullable(),
    closesAt: instantOutput.nullable(),
    /** Does the end move with the date? */
    followsDate: z.boolean(),
  }),
  /** When it was first put on sale; null: never, and nobody but its organizer sees it. */
  publishedAt: instantOutput.nullable(),
  policy: z.strictObject({
    quantityPerBookingMax: quantity,
    activeBookingsPerUserMax: quantity,
    holdDurationMs: quantity,
    holdPauseMs: seatCount,
    cancelDeadlineMs: z.int().min(0).nullable(),
    holdExtensionMaxMs: z.int().min(0),
    extendsWhenSoldOut: z.boolean(),
  }),
  seatCount,
  availableSeats: seatCount,
  heldSeats: seatCount,
  version: z.int(),
});

/** Some of a list of events. */
export const eventPage = pageOf(eventOutput);

/** What is odd about an event, though it is accepted: the note for programs, the sentence for people. */
const noteOutput = z.strictObject({ note: z.enum(eventNotes), message: z.string() });

/** What an event mutation answers; `status` tells all cases apart. */
export const eventAnswer = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('accepted'), event: eventOutput, notes: z.array(noteOutput) }),
  refusedOutput,
  unknownOutput,
]);

export type EventOnWire = EventView;
export type EventPage = z.output<typeof eventPage>;
export type EventAnswer = z.output<typeof eventAnswer>;

/** The same for a page of events. */
export function pageOnWire({ items, next }: EventViews): EventPage {
  return { items, nextCursor: next && eventCursor.encode(next) };
}

/** What became of a command about an event. */
export function eventAnswerOnWire(outcome: EventOutcome): EventAnswer {
  switch (outcome.status) {
    case 'accepted':
      return {
        status: 'accepted',
        event: viewOf(outcome.event),
        notes: notesOn(outcome.event).map((note) => ({ note, message: explainNote(note) })),
      };
    case 'refused':
      return refusalOnWire(outcome.reason);
    case 'unknown':
      return unknownOnWire;
  }
}
