import type { EventState } from './event.ts';

/**
 * What an organizer should know of an event that was accepted as it is, with the sentence for
 * people.
 */
const notes = [
  [
    'sale_outlives_event',
    "The sale goes on after the event's date. To end it with the event, set closesAt to 'date'.",
  ],
] as const;

/** Something odd about an event. It may be meant so. */
export type EventNote = (typeof notes)[number][0];

/** Every note. */
export const eventNotes: readonly EventNote[] = notes.map(([note]) => note);

const sentences: ReadonlyMap<EventNote, string> = new Map(notes);

/** The sentence that a person reads for a note: what is odd, and what to do. */
export function explainNote(note: EventNote): string {
  return sentences.get(note) ?? note;
}

/**
 * What is odd about an event that is or may yet be sold.
 *
 * @example notesOn(event) // ['sale_outlives_event'], where it closes after its date, or never
 */
export function notesOn({ date, rules }: EventState): readonly EventNote[] {
  const { status, saleWindow } = rules;
  const isOver = status === 'closed' || status === 'cancelled';
  const closesAt = saleWindow.closesAt ?? Infinity;
  return !isOver && closesAt > date ? ['sale_outlives_event'] : [];
}
