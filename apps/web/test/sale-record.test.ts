import type { SaleNow, SaleSecond } from '@holdfast/client';
import { describe, expect, test } from 'vitest';
import { alarmsOf } from '../src/organizer/live/alarms.ts';
import {
  bookedIn,
  emptyRecord,
  recordWith,
  refusedIn,
  type SaleRecord,
  seatsBySecond,
  totalsOf,
} from '../src/organizer/live/sale-record.ts';

const now: SaleNow = {
  at: '2026-11-27T12:00:00.000Z',
  event: { version: 2, status: 'on_sale', seatCount: 9, availableSeats: 9, heldSeats: 0 },
  processCount: 1,
  watcherCount: 0,
  consoleCount: 1,
  redis: 'up',
  database: 'up',
  notes: [],
  workers: {
    count: 1,
    silentCount: 0,
    failing: [],
    stalled: [],
    driftSeats: 0,
    violationCount: 0,
    auditedAt: null,
  },
};

/** A second in which so many were booked, and as many refused. */
function secondOf(place: number, count: number): SaleSecond {
  return {
    at: new Date(1_795_780_000_000 + place * 1_000).toISOString(),
    seats: null,
    accepted: { book: count, confirm: 1 },
    refused: [{ reason: 'sold_out', by: 'redis', count }],
    undecided: { overloaded: 0, unknown: 0, failed: 0 },
    groups: { count: 1, commandCount: count, largest: count },
    answerMs: null,
    commitMs: null,
    waitMs: null,
  };
}

const totalIn = (record: SaleRecord) => {
  const { accepted, refused } = totalsOf(record);
  return [bookedIn(accepted), refusedIn(refused)];
};

describe('what a console knows of a sale', () => {
  test('a second that is told again counts once, as it was told last', () => {
    const told = recordWith(emptyRecord, { seconds: [secondOf(0, 2), secondOf(1, 3)], now });
    expect(totalIn(told)).toEqual([5, 5]);
    const again = recordWith(told, { seconds: [secondOf(1, 4), secondOf(2, 1)], now });
    expect(totalIn(again)).toEqual([7, 7]);
    expect(again.seconds.map(({ accepted }) => accepted['book'])).toEqual([2, 4, 1]);
  });

  test('a second that comes late is put where it belongs', () => {
    const told = recordWith(emptyRecord, { seconds: [secondOf(2, 1)], now });
    const late = recordWith(told, { seconds: [secondOf(0, 5)], now });
    expect(late.seconds.map(({ accepted }) => accepted['book'])).toEqual([5, 1]);
  });

  test('what is too long ago to be shown still counts, and cannot count twice', () => {
    let record: SaleRecord = emptyRecord;
    for (let place = 0; place < 1_000; place += 1) {
      record = recordWith(record, { seconds: [secondOf(place, 1)], now });
    }
    expect(record.seconds).toHaveLength(300);
    expect(totalIn(record)).toEqual([1_000, 1_000]);
    expect(totalIn(recordWith(record, { seconds: [secondOf(3, 9)], now }))).toEqual([1_000, 1_000]);
  });

  test('seats stay as they were until they are told anew', () => {
    const seats = { seatCount: 9, availableSeats: 4, heldSeats: 1 };
    const seconds = [secondOf(0, 0), { ...secondOf(1, 0), seats }, secondOf(2, 0)];
    expect(seatsBySecond(seconds)).toEqual([null, seats, seats]);
  });
});

describe('alarms', () => {
  test('there is none where all is well, though Redis is not used', () => {
    expect(alarmsOf(now)).toEqual([]);
    expect(alarmsOf({ ...now, redis: 'none' })).toEqual([]);
  });

  const workersNow = (workers: Partial<SaleNow['workers']>) => ({
    workers: { ...now.workers, ...workers },
  });
  test.each<[string, Partial<SaleNow>, string]>([
    ['an invariant is broken', workersNow({ violationCount: 1 }), 'bad'],
    ['Redis had drifted', workersNow({ driftSeats: 3 }), 'bad'],
    ['PostgreSQL is away', { database: 'away' }, 'bad'],
    ['no worker is there', workersNow({ count: 0, silentCount: 1 }), 'bad'],
    ['one of two workers has gone', workersNow({ silentCount: 1 }), 'warning'],
    ['a job stands still', workersNow({ stalled: ['audit'] }), 'bad'],
    ['a job fails', workersNow({ failing: ['relay-outbox'] }), 'warning'],
    ['the breaker is open', { redis: 'away' }, 'warning'],
    ['changes come late', { notes: ['feed_behind'] }, 'warning'],
    ['lapsed holds are written late', { notes: ['sweep_behind'] }, 'warning'],
  ])('there is one where %s', (_, changed, tone) => {
    expect(alarmsOf({ ...now, ...changed }).map((alarm) => alarm.tone)).toEqual([tone]);
  });
});
