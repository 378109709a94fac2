import { InvalidInput } from '@holdfast/sales';
import { expect, test } from 'vitest';
import { checkOpeningHours, type OpeningHours } from '../src/hours/opening-hours.ts';
import { slotsOf } from '../src/hours/slots.ts';
import { checkTimeZone } from '../src/hours/time-zone.ts';
import { momentOf } from '../src/hours/wall-clock.ts';

/** What is thrown, if it names the field and the fix. */
function complaintOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  return 'nothing';
}

const friday: OpeningHours = { weekday: 'friday', opens: '18:00', closes: '02:00' };

test.each<readonly [string, readonly OpeningHours[], string]>([
  [
    'on one day',
    [friday, { weekday: 'friday', opens: '17:00', closes: '18:15' }],
    'openingHours[1] (friday 17:00 to 18:15) overlaps openingHours[0] (friday 18:00 to 02:00): let one close before the other opens.',
  ],
  [
    'over midnight',
    [friday, { weekday: 'saturday', opens: '01:30', closes: '12:00' }],
    'openingHours[1] (saturday 01:30 to 12:00) overlaps openingHours[0] (friday 18:00 to 02:00): let one close before the other opens.',
  ],
  [
    'from Sunday to Monday',
    [
      { weekday: 'monday', opens: '00:30', closes: '03:00' },
      { weekday: 'sunday', opens: '20:00', closes: '01:00' },
    ],
    'openingHours[1] (sunday 20:00 to 01:00) overlaps openingHours[0] (monday 00:30 to 03:00): let one close before the other opens.',
  ],
])('opening hours that overlap %s are refused, both named', (_, openingHours, complaint) => {
  expect(complaintOf(() => checkOpeningHours(openingHours))).toBe(complaint);
});

test('hours that open when others close do not overlap', () => {
  const next: OpeningHours = { weekday: 'saturday', opens: '02:00', closes: '18:00' };
  expect(complaintOf(() => checkOpeningHours([friday, next]))).toBe('nothing');
});

test.each(['24:00', '7:00', '18:60', '18:05', 'noon', ''])(
  '%j is no quarter of an hour',
  (closes) => {
    expect(complaintOf(() => checkOpeningHours([{ ...friday, closes }]))).toBe(
      `openingHours[0].closes is ${JSON.stringify(closes)}, which is no quarter of an hour: give one from 00:00 to 23:45. Midnight is 00:00.`,
    );
  },
);

test.each(['Europe/Nowhere', '+01:00', ''])('%j is no time zone', (timeZone) => {
  expect(complaintOf(() => checkTimeZone('timeZone', timeZone))).toBe(
    `timeZone is ${JSON.stringify(timeZone)}, which is no time zone: give a name of the tz database, such as Europe/Berlin.`,
  );
});

test.each([
  ['2026-03-29T02:30', 'Europe/Berlin', '03:00'],
  ['2026-03-08T02:00', 'America/New_York', '03:00'],
  ['2026-10-04T02:15', 'Australia/Lord_Howe', '02:30'],
])('%s does not exist in %s, and the message says what does', (at, timeZone, next) => {
  expect(complaintOf(() => momentOf('at', at, timeZone))).toBe(
    `at is ${at}, which does not exist that day in ${timeZone}: clocks go forward to ${next}. Give ${next} or later.`,
  );
});

test.each([
  ['2026-10-25T02:30', 'Europe/Berlin', '+02:00', '+01:00'],
  ['2026-11-01T01:00', 'America/New_York', '-04:00', '-05:00'],
  ['2026-04-05T01:45', 'Australia/Lord_Howe', '+11:00', '+10:30'],
])('%s comes twice in %s, and each of them can be named', (...[at, timeZone, first, second]) => {
  expect(complaintOf(() => momentOf('at', at, timeZone))).toBe(
    `at is ${at}, which comes twice in ${timeZone}: give ${at}${first} or ${at}${second}.`,
  );
  for (const offset of [first, second]) {
    expect(momentOf('at', `${at}${offset}`, timeZone)).toEqual(new Date(`${at}${offset}`));
  }
});

test.each(['tomorrow', '2026-02-30T19:00', '2026-12-24T25:00', '2026-12-24', '2026-02-30T19:00Z'])(
  '%j is no time, and the message shows how one is written',
  (at) => {
    expect(complaintOf(() => momentOf('at', at, 'Europe/Berlin'))).toMatch(
      /^at must be a time such as/,
    );
  },
);

test.each([
  ['from', { from: '2026-02-30', dayCount: 1 }],
  ['dayCount', { from: '2026-02-01', dayCount: 0 }],
  ['dayCount', { from: '2026-02-01', dayCount: 367 }],
])('the days of slots are checked: %s', (field, days) => {
  const timetable = { timeZone: 'UTC', openingHours: [], slotMinutes: 30, sittingMinutes: 60 };
  expect(complaintOf(() => slotsOf(timetable, days))).toMatch(new RegExp(`^${field} `));
});
