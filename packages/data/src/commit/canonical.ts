import type { Command } from '@holdfast/domain';

const hyphened = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;

/**
 * All spellings of a UUID: any 128 bits, in either case; with hyphens, in braces or after
 * `urn:uuid:`; or as 32 digits. Its version does not matter.
 */
export const idSpelling = new RegExp(
  String.raw`^(?:(?:urn:uuid:)?${hyphened}|\{${hyphened}\}|[\da-f]{32})$`,
  'i',
);

const canonicalSpelling = new RegExp(`^${hyphened}$`);

/**
 * A UUID as PostgreSQL writes it. Ids are compared as text, so there must be one spelling. Anything
 * else is only put into lower case.
 *
 * @example canonicalId('{0198C0DE-…}') // '0198c0de-…'
 */
export function canonicalId(id: string): string {
  if (canonicalSpelling.test(id)) return id;
  const lower = id.toLowerCase();
  if (!idSpelling.test(lower)) return lower;
  const digits = lower.replace('urn:uuid:', '').replaceAll(/[{}-]/g, '');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/**
 * The command with its ids in that spelling.
 *
 * Throws where a `create` names another event than the one it is given to: a bug of the caller.
 */
export function canonicalCommand<C extends Command>(command: C, eventId: string): C {
  if (command.type === 'create' && canonicalId(command.eventId) !== eventId) {
    throw new Error(`A create of event ${command.eventId} was given to event ${eventId}.`);
  }
  if (command.type === 'create') return { ...command, eventId };
  if (!('bookingId' in command)) return command;
  return { ...command, bookingId: canonicalId(command.bookingId) };
}
