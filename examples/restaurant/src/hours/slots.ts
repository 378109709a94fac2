import { InvalidInput } from '@holdfast/sales';
import { Temporal } from 'temporal-polyfill';
import { isOverMidnight, type OpeningHours, weekdays } from './opening-hours.ts';
import { momentsOf, skipOf } from './wall-clock.ts';

/** When a restaurant is open, and at which times it seats guests. */
export interface Timetable {
  readonly timeZone: string;
  readonly openingHours: readonly OpeningHours[];
  /** From one time on the clock to the next. */
  readonly slotMinutes: number;
  /** How long guests stay who say nothing else. The last slot leaves them that long until closing. */
  readonly sittingMinutes: number;
}

/** Guests may come from `startsAt` until `endsAt`, and stay until `closesAt`. */
export interface Slot {
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly closesAt: Date;
}

/** Days in the calendar of the restaurant. */
export interface Days {
  /** `2026-03-29` */
  readonly from: string;
  readonly dayCount: number;
}

const dayCountMax = 366;

/**
 * The slots of some days, the first one first. Each time on the grid of the opening hours is a slot as
 * often as clocks show it: never where they skip it, twice where it comes twice.
 *
 * Hours belong to the day on which they open. Where clocks are set back they open at the first time and
 * close at the last; where they skip the closing time they close at that moment.
 *
 * @throws InvalidInput for what is no day, and for too many of them.
 * @example slotsOf(timetable, { from: '2026-03-29', dayCount: 7 })
 */
export function slotsOf(timetable: Timetable, days: Days): readonly Slot[] {
  const from = firstDayOf(days);
  // One day more: hours that open where these close let guests stay on.
  const openings = openingsOf(timetable, from, days.dayCount + 1);
  const last = from.add({ days: days.dayCount });
  const starts = openings
    .flatMap((opening) => opening.starts.map((startsAt) => ({ startsAt, opening })))
    .toSorted((some, other) => some.startsAt - other.startsAt);
  return starts.flatMap(({ startsAt, opening }, place) => {
    const isAsked = Temporal.PlainDate.compare(opening.day, last) < 0;
    const isLongEnough = startsAt + timetable.sittingMinutes * 60_000 <= opening.staysUntil;
    if (!isAsked || !isLongEnough) return [];
    const endsAt = Math.min(starts[place + 1]?.startsAt ?? Infinity, opening.closesAt);
    return [slotOf({ startsAt, endsAt, closesAt: opening.staysUntil })];
  });
}

function slotOf(at: {
  readonly startsAt: number;
  readonly endsAt: number;
  readonly closesAt: number;
}) {
  const { startsAt, endsAt, closesAt } = at;
  return { startsAt: new Date(startsAt), endsAt: new Date(endsAt), closesAt: new Date(closesAt) };
}

/** Hours of one day, in epoch milliseconds. */
interface Opening {
  readonly day: Temporal.PlainDate;
  readonly starts: readonly number[];
  readonly closesAt: number;
  /** When those close that open no later than the ones before them close. */
  readonly staysUntil: number;
}

function openingsOf(
  timetable: Timetable,
  from: Temporal.PlainDate,
  dayCount: number,
): readonly Opening[] {
  const openings: Omit<Opening, 'staysUntil'>[] = [];
  for (let offset = 0; offset < dayCount; offset += 1) {
    const day = from.add({ days: offset });
    const ofDay = timetable.openingHours.filter((each) => isOn(each, day));
    openings.push(...ofDay.map((hours) => openingOf(timetable, hours, day)));
  }
  return joined(openings.filter(({ starts }) => starts.length > 0));
}

function isOn({ weekday }: OpeningHours, day: Temporal.PlainDate): boolean {
  return weekdays[day.dayOfWeek - 1] === weekday;
}

function openingOf(
  { timeZone, slotMinutes }: Timetable,
  hours: OpeningHours,
  day: Temporal.PlainDate,
): Omit<Opening, 'staysUntil'> {
  const closes = (isOverMidnight(hours) ? day.add({ days: 1 }) : day).toPlainDateTime(hours.closes);
  const starts: number[] = [];
  let local = day.toPlainDateTime(hours.opens);
  while (Temporal.PlainDateTime.compare(local, closes) < 0) {
    starts.push(...momentsOf(local, timeZone).map((each) => each.epochMilliseconds));
    local = local.add({ minutes: slotMinutes });
  }
  const closesAt = momentsOf(closes, timeZone).at(-1) ?? skipOf(closes, timeZone);
  return { day, starts, closesAt: closesAt.epochMilliseconds };
}

function joined(openings: readonly Omit<Opening, 'staysUntil'>[]): readonly Opening[] {
  const inOrder = openings.toSorted((some, other) => some.closesAt - other.closesAt);
  const done: Opening[] = [];
  for (const opening of inOrder.toReversed()) {
    const next = done.at(-1);
    const goesOn = next !== undefined && Math.min(...next.starts) <= opening.closesAt;
    done.push({ ...opening, staysUntil: goesOn ? next.staysUntil : opening.closesAt });
  }
  return done.toReversed();
}

function firstDayOf({ from, dayCount }: Days): Temporal.PlainDate {
  if (!Number.isInteger(dayCount) || dayCount < 1 || dayCount > dayCountMax) {
    throw new InvalidInput('dayCount', `must be a whole number from 1 to ${dayCountMax}.`);
  }
  try {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(from)) throw new RangeError('It is not written as a day.');
    return Temporal.PlainDate.from(from, { overflow: 'reject' });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidInput(
      'from',
      `is ${JSON.stringify(from)}, which is no day: give one such as 2026-03-29.`,
    );
  }
}
