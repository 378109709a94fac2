import { describe, expect, test } from 'vitest';
import { nothingSampled, type SaleSample, sumOfSamples } from '../src/sale/sample.ts';
import { SaleTallies } from '../src/sale/sale-tallies.ts';
import { packNews, unpackNews } from '../src/sale/sale-news.ts';
import { addTimes, percentileMs, Times } from '../src/sale/times.ts';

/** From nothing to twenty seconds, so close that every class has some. */
const durations = Array.from({ length: 300 }, (_, index) =>
  index === 0 ? 0 : 0.01 * 1.0495 ** index,
);

function timesOf(all: readonly number[]) {
  const times = new Times();
  for (const each of all) times.note(each);
  return times.take();
}

describe('percentiles of times', () => {
  test.each([0.01, 0.5, 0.9, 0.99])(
    'are never too short, and at most a fifth too long, up to seven seconds: %d',
    (part) => {
      for (const [index, longest] of durations.entries()) {
        const exact = durations[Math.ceil((index + 1) * part) - 1] ?? longest;
        const told = percentileMs(timesOf(durations.slice(0, index + 1)), part) ?? 0;
        // Told to three digits.
        expect(told).toBeGreaterThanOrEqual(Math.min(exact, 6_800) * 0.995);
        expect(told).toBeLessThanOrEqual(Math.max(0.125, exact * 1.2));
      }
    },
  );

  test('of several processes are those of all their times', () => {
    const [one, other] = [durations.slice(0, 200), durations.slice(100)];
    expect(addTimes([timesOf(one), timesOf(other)])).toEqual(timesOf([...one, ...other]));
  });

  test('of nothing there are none', () => {
    expect(percentileMs([], 0.5)).toBeNull();
  });
});

/** A second of one process. */
function sampleOf(change: Partial<SaleSample>): SaleSample {
  return { ...nothingSampled, ...change };
}

describe('samples', () => {
  test('of several processes add up, by command, by reason and by who refused', () => {
    const one = sampleOf({
      accepted: { book: 2 },
      refused: [['sold_out', 'redis', 3]],
      groups: { count: 1, commandCount: 5, largest: 5 },
    });
    const other = sampleOf({
      accepted: { book: 1, cancel: 1 },
      refused: [
        ['sold_out', 'redis', 1],
        ['sold_out', 'database', 1],
      ],
      groups: { count: 2, commandCount: 3, largest: 2 },
    });
    expect(sumOfSamples([one, other])).toMatchObject({
      accepted: { book: 3, cancel: 1 },
      refused: [
        ['sold_out', 'redis', 4],
        ['sold_out', 'database', 1],
      ],
      groups: { count: 3, commandCount: 8, largest: 5 },
    });
  });

  test('pass through notifications as they are, however many seconds there are', () => {
    const times = Array.from({ length: 60 }, (_, place) => [place, 1_000_000 + place] as const);
    const sample = sampleOf({ answers: times, commits: times, waits: times });
    const seconds = Array.from({ length: 180 }, (_, second) => [second, sample] as const);
    const process = { watcherCount: 1, consoleCount: 1, redis: 'up' } as const;
    const news = { type: 'told', from: 'a', clockMs: 1, eventId: 'E', process, seconds } as const;
    const payloads = packNews(news);
    expect(Math.max(...payloads.map((each) => Buffer.byteLength(each)))).toBeLessThan(8_000);
    const heard = payloads
      .map(unpackNews)
      .flatMap((each) => (each?.type === 'told' ? each.seconds : []));
    expect(heard).toEqual(seconds);
  });

  test('of another release are not listened to', () => {
    expect(unpackNews('{"edition":2,"type":"left","from":"a"}')).toBeNull();
    expect(unpackNews('null')).toBeNull();
  });
});

describe('the tallies of a process', () => {
  const second = 1_795_780_000;

  test('keep the last three minutes of an event, and forget it when nothing comes', () => {
    const tallies = new SaleTallies();
    tallies.find('E')?.accepted('book');
    tallies.endSecond(second);
    expect(tallies.pastOf('E')).toMatchObject([[second, { accepted: { book: 1 } }]]);
    tallies.endSecond(second + 179);
    expect(tallies.pastOf('E')).toHaveLength(1);
    tallies.endSecond(second + 180);
    expect(tallies.pastOf('E')).toEqual([]);
  });

  test('count some events unasked, those that somebody watches always, and no others', () => {
    const tallies = new SaleTallies();
    for (let index = 0; index < 32; index += 1) tallies.find(`${index}`)?.accepted('book');
    expect(tallies.find('one more')).toBeNull();
    tallies.want('one more');
    expect(tallies.find('one more')).not.toBeNull();
    tallies.unwant('one more');
    tallies.endSecond(second);
    expect(tallies.find('one more')).toBeNull();
    tallies.endSecond(second + 200);
    expect(tallies.find('one more')).not.toBeNull();
  });
});
