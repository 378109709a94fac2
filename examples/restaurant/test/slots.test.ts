import { expect, test } from 'vitest';
import type { OpeningHours } from '../src/hours/opening-hours.ts';
import { slotsOf } from '../src/hours/slots.ts';
import { shownIn } from '../src/hours/wall-clock.ts';

interface Case {
  readonly timeZone: string;
  readonly slotMinutes?: number;
  readonly opens?: string;
  readonly closes?: string;
  /** The day on which they open. */
  readonly from: string;
}

/** Every night, `22:00` to `04:00`, sittings of an hour. */
function night({ timeZone, slotMinutes = 30, opens = '22:00', closes = '04:00', from }: Case) {
  const openingHours = everyDay(opens, closes);
  const timetable = { timeZone, openingHours, slotMinutes, sittingMinutes: 60 };
  return slotsOf(timetable, { from, dayCount: 1 });
}

function everyDay(opens: string, closes: string): readonly OpeningHours[] {
  const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
  return [...weekdays, 'sunday' as const].map((weekday) => ({ weekday, opens, closes }));
}

/** What the clocks on the wall show. */
function clocks(given: Case): readonly string[] {
  return night(given).map(({ startsAt }) => shownIn(given.timeZone, startsAt).slice(11));
}

/** Hours from the first slot to closing. */
function hoursOpen(given: Case): number {
  const slots = night(given);
  const [first] = slots;
  const last = slots.at(-1);
  return ((last?.closesAt.getTime() ?? 0) - (first?.startsAt.getTime() ?? 0)) / 3_600_000;
}

test('hours over midnight belong to the day on which they open, and the last slot leaves a whole sitting', () => {
  const given = { timeZone: 'Europe/Berlin', slotMinutes: 60, from: '2026-07-31' };
  const slots = night(given).map(({ startsAt }) => shownIn(given.timeZone, startsAt));
  expect(slots).toEqual([
    '2026-07-31 22:00',
    '2026-07-31 23:00',
    '2026-08-01 00:00',
    '2026-08-01 01:00',
    '2026-08-01 02:00',
    '2026-08-01 03:00',
  ]);
});

test.each([
  ['Europe/Berlin', '2026-03-28', '02:00 02:30', 5],
  ['America/New_York', '2026-03-07', '02:00 02:30', 5],
  ['Australia/Lord_Howe', '2026-10-03', '02:00', 5.5],
])(
  'in %s the night of %s has no slots at %s, and %d hours',
  (...[timeZone, from, missing, hours]) => {
    const ordinary = clocks({ timeZone, from: '2026-07-10' });
    const skipped = missing.split(' ');
    expect(ordinary).toEqual(expect.arrayContaining(skipped));
    expect(clocks({ timeZone, from })).toEqual(ordinary.filter((time) => !skipped.includes(time)));
    expect(hoursOpen({ timeZone, from })).toBe(hours);
  },
);

test.each([
  ['Europe/Berlin', '2026-10-24', '01:30 02:00 02:30 02:00 02:30 03:00', 7],
  ['America/New_York', '2026-10-31', '00:30 01:00 01:30 01:00 01:30 02:00', 7],
  ['Australia/Lord_Howe', '2026-04-04', '01:00 01:30 01:30 02:00', 6.5],
])(
  'in %s the night of %s has twice what comes twice: %s, and %d hours',
  (...[timeZone, from, twice, hours]) => {
    const slots = clocks({ timeZone, from }).join(' ');
    expect(slots).toContain(twice);
    expect(slots.split(' ')).toHaveLength(
      new Set(clocks({ timeZone, from: '2026-07-10' })).size + (hours - 6) * 2,
    );
    expect(hoursOpen({ timeZone, from })).toBe(hours);
  },
);

test.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'])(
  'through a whole year in %s no slot begins before another ends, and each ends by closing',
  (timeZone) => {
    const openingHours = everyDay('17:00', '04:30');
    const timetable = { timeZone, openingHours, slotMinutes: 15, sittingMinutes: 90 };
    const slots = slotsOf(timetable, { from: '2026-01-01', dayCount: 365 });
    expect(slots.length).toBeGreaterThan(365 * 40);
    const wrong = slots.filter(({ startsAt, endsAt, closesAt }, place) => {
      const next = slots[place + 1]?.startsAt ?? endsAt;
      const isOverlapping = startsAt >= endsAt || endsAt > next;
      return isOverlapping || closesAt.getTime() - startsAt.getTime() < 90 * 60_000;
    });
    expect(wrong).toEqual([]);
  },
);

test('hours that open or close at a skipped time open after it and close when it is skipped', () => {
  const timeZone = 'Europe/Berlin';
  expect(clocks({ timeZone, opens: '02:30', closes: '05:00', from: '2026-03-29' })).toEqual([
    '03:00',
    '03:30',
    '04:00',
  ]);
  const [slot] = night({ timeZone, opens: '00:00', closes: '02:30', from: '2026-03-29' });
  expect(slot && shownIn(timeZone, slot.closesAt)).toBe('2026-03-29 03:00');
});

test('a restaurant that never closes has a slot for every time, and guests may stay over the end of a day', () => {
  const slots = night({ timeZone: 'UTC', opens: '00:00', closes: '00:00', from: '2026-07-10' });
  expect(slots).toHaveLength(48);
  expect(slots.at(-1)?.startsAt).toEqual(new Date('2026-07-10T23:30Z'));
  expect(slots.at(-1)?.closesAt.getTime()).toBeGreaterThan(Date.parse('2026-07-11T01:00Z'));
});
