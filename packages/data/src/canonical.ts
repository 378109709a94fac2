import type { Command } from '@holdfast/domain';

/**
 * A UUID as PostgreSQL writes it. Ids are compared as text, so there must be one spelling.
 *
 * @example canonicalId('0198C0DE-…') // '0198c0de-…'
 */
export function canonicalId(id: string): string {
  return id.toLowerCase();
}

/**
 * The command with its ids in their one spelling.
 *
 * Throws when it makes another event than the one it is given to: that is a bug in the caller.
 */
export function canonicalCommand<C extends Command>(command: C, eventId: string): C {
  if (command.type === 'create' && canonicalId(command.eventId) !== eventId) {
    throw new Error(`A create of event ${command.eventId} was given to event ${eventId}.`);
  }
  if (command.type === 'create') return { ...command, eventId };
  if (!('bookingId' in command)) return command;
  return { ...command, bookingId: canonicalId(command.bookingId) };
}
