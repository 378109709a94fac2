import { InvalidInput } from '@holdfast/sales';
import { Temporal } from 'temporal-polyfill';

/**
 * Every moment at which the clocks of a zone show this time, the first one first: none where clocks skip
 * it, two where it comes twice.
 *
 * @example momentsOf(Temporal.PlainDateTime.from('2026-10-25T02:30'), 'Europe/Berlin') // two, an hour apart
 */
export function momentsOf(
  local: Temporal.PlainDateTime,
  timeZone: string,
): readonly Temporal.ZonedDateTime[] {
  const first = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const second = local.toZonedDateTime(timeZone, { disambiguation: 'later' });
  const both = first.equals(second) ? [first] : [first, second];
  // For a time that is skipped, Temporal gives the times that are as far from it on either side.
  return both.filter((moment) => moment.toPlainDateTime().equals(local));
}

/** Where clocks skip this time: the moment when they do. */
export function skipOf(local: Temporal.PlainDateTime, timeZone: string): Temporal.ZonedDateTime {
  const before = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const skip = before.getTimeZoneTransition('next');
  if (skip === null) throw new Error(`${timeZone} does not skip ${local.toString()}.`);
  return skip;
}

const written = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2})?(Z|[+-]\d{2}:\d{2})?$/;

/**
 * The moment that a guest names: with its offset, or as the clocks of the restaurant show it.
 *
 * @throws InvalidInput where it is no time, is skipped that day, or comes twice and no offset says which.
 * @example momentOf('at', '2026-12-24T19:00', 'Europe/Berlin')
 * momentOf('at', '2026-12-24T18:00Z', 'Europe/Berlin') // the same
 */
export function momentOf(field: string, text: string, timeZone: string): Date {
  const [, , , offset] = written.exec(text) ?? [];
  const moments = readMoments(text, offset, timeZone);
  const [first, second] = moments;
  if (first === undefined) {
    const from = skipOf(Temporal.PlainDateTime.from(text), timeZone);
    throw new InvalidInput(
      field,
      `is ${text}, which does not exist that day in ${timeZone}: clocks go forward to ${timeOf(from)}. Give ${timeOf(from)} or later.`,
    );
  }
  if (second !== undefined) {
    const choices = moments.map((each) => `${text}${each.offset}`).join(' or ');
    throw new InvalidInput(field, `is ${text}, which comes twice in ${timeZone}: give ${choices}.`);
  }
  return new Date(first.epochMilliseconds);

  function readMoments(at: string, given: string | undefined, zone: string) {
    try {
      if (!written.test(at)) throw new RangeError('It is not written as a time.');
      return given === undefined
        ? momentsOf(Temporal.PlainDateTime.from(at, { overflow: 'reject' }), zone)
        : [Temporal.Instant.from(at).toZonedDateTimeISO(zone)];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new InvalidInput(
        field,
        'must be a time such as 2026-12-24T19:00, or with its offset 2026-12-24T19:00+01:00.',
      );
    }
  }
}

/** @example shownIn('Europe/Berlin', new Date('2026-12-24T18:00Z')) // '2026-12-24 19:00' */
export function shownIn(timeZone: string, moment: Date): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(
    timeZone,
  );
  return `${zoned.toPlainDate().toString()} ${timeOf(zoned)}`;
}

function timeOf(zoned: Temporal.ZonedDateTime): string {
  return zoned.toPlainTime().toString({ smallestUnit: 'minute' });
}
