import type { Writer, Written } from './attempt.ts';
import type { DatabaseClock } from './database-clock.ts';

/**
 * The time of the decisions about an event. One server has one clock for all. Where tables are distributed, each
 * event is decided by the clock of the server that has it.
 */
export function clockOf({ known, layout }: Writer, eventId: string): DatabaseClock {
  return layout.isDistributed ? known.clockOf(eventId) : known.clock;
}

/**
 * Notes the time that PostgreSQL has told. Where tables are distributed, only reading an event tells the time of the
 * server that has it: what a write tells is the time of the server that it was sent through.
 */
export function observeTime(
  { known, layout }: Writer,
  { decided, recorded }: Pick<Written, 'decided' | 'recorded'>,
): void {
  const { state, now, from } = decided.loaded;
  if (!layout.isDistributed) known.clock.observe(recorded?.now ?? now);
  const event = state.event ?? decided.group.after.event;
  if (layout.isDistributed && from === 'read' && event !== null) {
    known.clockOf(event.id).observe(now);
  }
}
