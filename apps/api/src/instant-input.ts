import type { Instant } from '@holdfast/domain';
import { z } from 'zod';

/** The years 1970 to 9999: what ISO 8601 writes with four digits and nobody mistypes. */
export const instantMax = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const instantLengthMax = 35;

/** What a caller is told who wrote a time that is none, or one that is another moment elsewhere. */
export const instantMend =
  'Write the time with its zone, as in 2026-12-31T20:00:00Z or 2026-12-31T21:00:00+01:00';

/** RFC 3339, which takes lower case and a space; and ISO 8601's short ways to say minutes and zones. */
const spelling =
  /^(?<date>[\d-]{10})[t ](?<minute>\d\d:\d\d)(?<second>:\d\d(?:\.\d+)?)?(?<zone>z|[+-]\d\d)(?<zoneMinute>:?\d\d)?$/i;

/**
 * A moment as input, in every spelling of ISO 8601 and RFC 3339 that means one moment everywhere: in UTC or with an
 * offset, with or without seconds. Becomes epoch milliseconds.
 *
 * @example instantInput.parse('2026-12-31t21:00+01') // Date.UTC(2026, 11, 31, 20)
 */
export const instantInput = z
  .string()
  .max(instantLengthMax)
  .overwrite(inFull)
  .pipe(z.iso.datetime({ offset: true, error: instantMend }))
  .transform((text): Instant => Date.parse(text))
  .refine((instant) => instant >= 0 && instant <= instantMax, 'The year must be 1970 to 9999');

/** The same moment as a calendar's rules are checked by. What is spelled otherwise stays as it is. */
function inFull(text: string): string {
  const parts = spelling.exec(text)?.groups;
  if (parts === undefined) return text;
  const { date, minute, second = ':00', zone = '', zoneMinute = '00' } = parts;
  const isUtc = zone.toUpperCase() === 'Z';
  if (isUtc && parts['zoneMinute'] !== undefined) return text;
  const offset = isUtc ? 'Z' : `${zone}:${zoneMinute.replace(':', '')}`;
  return `${date}T${minute}${second}${offset}`;
}
