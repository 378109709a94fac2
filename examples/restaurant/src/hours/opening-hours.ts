import { InvalidInput } from '@holdfast/sales';

/** In the order of ISO 8601: Monday is 1. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export type Weekday = (typeof weekdays)[number];

/** A part of the week in which the restaurant is open, by its own clocks. */
export interface OpeningHours {
  readonly weekday: Weekday;
  /** `18:00` */
  readonly opens: string;
  /** `23:00`. No later than `opens`: on the next day. */
  readonly closes: string;
}

const openingCountMax = 50;
const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;

/**
 * @throws InvalidInput for what is no weekday or no time, and for hours that overlap, over midnight and
 * from Sunday to Monday, too.
 * @example checkOpeningHours([{ weekday: 'friday', opens: '18:00', closes: '02:00' }])
 */
export function checkOpeningHours(openingHours: readonly OpeningHours[]): void {
  if (openingHours.length > openingCountMax) {
    throw new InvalidInput('openingHours', `must have at most ${openingCountMax} entries.`);
  }
  const spans = openingHours.map((hours, place) => spanOf(hours, `openingHours[${place}]`));
  for (const [place, span] of spans.entries()) {
    const other = spans.findIndex((each, otherPlace) => otherPlace < place && overlap(each, span));
    if (other === -1) continue;
    throw new InvalidInput(
      `openingHours[${place}]`,
      `(${textOf(openingHours[place])}) overlaps openingHours[${other}] (${textOf(openingHours[other])}): let one close before the other opens.`,
    );
  }
}

/** Does this part of the day end on the next one? */
export function isOverMidnight({ opens, closes }: OpeningHours): boolean {
  return closes <= opens;
}

/** In minutes of the week. It may end in the next one. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function spanOf(hours: OpeningHours, field: string): Span {
  const day = weekdays.indexOf(hours.weekday);
  if (day === -1) {
    throw new InvalidInput(`${field}.weekday`, `must be one of ${weekdays.join(', ')}.`);
  }
  const from = day * dayMinutes + minuteOf(hours.opens, `${field}.opens`);
  const to = day * dayMinutes + minuteOf(hours.closes, `${field}.closes`);
  return { from, to: isOverMidnight(hours) ? to + dayMinutes : to };
}

function minuteOf(time: string, field: string): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):(00|15|30|45)$/.exec(time) ?? [];
  if (hour === undefined || minute === undefined) {
    throw new InvalidInput(
      field,
      `is ${JSON.stringify(time)}, which is no quarter of an hour: give one from 00:00 to 23:45. Midnight is 00:00.`,
    );
  }
  return Number(hour) * 60 + Number(minute);
}

/** The week is a ring. */
function overlap(some: Span, other: Span): boolean {
  return [-weekMinutes, 0, weekMinutes].some(
    (shift) => some.from < other.to + shift && other.from + shift < some.to,
  );
}

function textOf(hours: OpeningHours | undefined): string {
  return hours === undefined ? '' : `${hours.weekday} ${hours.opens} to ${hours.closes}`;
}
