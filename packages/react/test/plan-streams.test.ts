import { describe, expect, test } from 'vitest';
import { eventsPerStreamMax, planStreams, streamCountMax } from '../src/plan-streams.ts';

const idsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => `event-${from + index}`);
const roomMax = eventsPerStreamMax * streamCountMax;

describe('streams', () => {
  test('are as few as can be: twenty events to each', () => {
    expect(planStreams([], []).opened).toEqual([]);
    expect(planStreams([], idsOf(20)).opened).toEqual([idsOf(20)]);
    expect(planStreams([], idsOf(21)).opened).toEqual([idsOf(20), idsOf(1, 20)]);
  });

  test('go on while something of theirs is wanted, and what is missing has one of its own', () => {
    const stream = { eventIds: idsOf(2) };
    const { kept, opened } = planStreams([stream], ['event-1', 'event-7']);
    expect(kept).toEqual([stream]);
    expect(opened).toEqual([['event-7']]);
  });

  test('end where nothing of theirs is wanted', () => {
    expect(planStreams([{ eventIds: idsOf(2) }], idsOf(1, 5)).kept).toEqual([]);
  });

  test('are grouped anew where they would be too many', () => {
    const streams = idsOf(streamCountMax).map((id) => ({ eventIds: [id] }));
    const { kept, opened } = planStreams(streams, idsOf(streamCountMax + 1));
    expect({ kept, opened }).toEqual({ kept: [], opened: [idsOf(streamCountMax + 1)] });
  });

  test('are never too many: what is beyond their room waits, and disturbs nobody', () => {
    const { opened } = planStreams([], idsOf(roomMax + 5));
    expect(opened.flat()).toEqual(idsOf(roomMax));
    const streams = opened.map((eventIds) => ({ eventIds }));
    expect(planStreams(streams, idsOf(roomMax + 6))).toEqual({ kept: streams, opened: [] });
  });
});
