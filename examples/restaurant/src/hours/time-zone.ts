import { InvalidInput } from '@holdfast/sales';

/**
 * @throws InvalidInput where the zone does not exist, or is a mere offset, which knows no summer time.
 * @example checkTimeZone('timeZone', 'Europe/Berlin')
 */
export function checkTimeZone(field: string, timeZone: string): void {
  if (/^[A-Za-z]/.test(timeZone) && isKnown(timeZone)) return;
  const given = JSON.stringify(timeZone);
  throw new InvalidInput(
    field,
    `is ${given}, which is no time zone: give a name of the tz database, such as Europe/Berlin.`,
  );
}

function isKnown(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
