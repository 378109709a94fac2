import { describe, expect, test } from 'vitest';
import { HeardProcesses } from '../src/sale/heard-processes.ts';
import { HeardWorkers } from '../src/sale/heard-workers.ts';
import type { WorkerBeat } from '../src/sale/sale-news.ts';
import { WantedElsewhere } from '../src/sale/wanted-elsewhere.ts';

const beat: WorkerBeat = {
  failing: [],
  stalled: [],
  driftSeats: 0,
  violationCount: 0,
  auditedAtMs: 0,
};

describe('what is heard of workers', () => {
  test('one that is silent for seven seconds has gone, and is told of for ten minutes', () => {
    const workers = new HeardWorkers();
    workers.hear('one', beat, 0);
    workers.hear('other', beat, 5_000);
    expect(workers.at(7_000)).toMatchObject({ count: 2, silentCount: 0 });
    expect(workers.at(7_001)).toMatchObject({ count: 1, silentCount: 1 });
    expect(workers.at(600_001)).toMatchObject({ count: 0, silentCount: 1 });
    expect(workers.at(605_001)).toMatchObject({ count: 0, silentCount: 0 });
  });

  test('one that says that it stops has not gone without a word', () => {
    const workers = new HeardWorkers();
    workers.hear('one', beat, 0);
    workers.left('one');
    expect(workers.at(60_000)).toMatchObject({ count: 0, silentCount: 0 });
  });

  test('what one has found stays found when it has gone, and what stands still is named once', () => {
    const workers = new HeardWorkers();
    workers.hear('one', { ...beat, driftSeats: 2, violationCount: 1 }, 0);
    workers.hear('other', { ...beat, stalled: ['audit'], auditedAtMs: 60_000 }, 9_000);
    workers.hear('third', { ...beat, stalled: ['audit'], failing: ['relay-outbox'] }, 9_000);
    expect(workers.at(9_000)).toEqual({
      count: 2,
      silentCount: 1,
      failing: ['relay-outbox'],
      stalled: ['audit'],
      driftSeats: 2,
      violationCount: 1,
      auditedAt: '1970-01-01T00:01:00.000Z',
    });
  });
});

describe('what is heard of processes', () => {
  const process = { watcherCount: 3, consoleCount: 0, redis: 'up' } as const;

  test('one counts for as long as it speaks of the event', () => {
    const processes = new HeardProcesses();
    processes.hear('one', { eventId: 'E', process, atMs: 0 });
    expect(processes.of('E', 3_500)).toEqual([process]);
    expect(processes.of('F', 3_500)).toEqual([]);
    expect(processes.of('E', 3_501)).toEqual([]);
  });

  test('there is a bound on them', () => {
    const processes = new HeardProcesses();
    for (let index = 0; index < 200; index += 1) {
      processes.hear(`${index}`, { eventId: 'E', process, atMs: 0 });
    }
    expect(processes.of('E', 0)).toHaveLength(100);
  });
});

describe('what other processes want to know of', () => {
  test('whoever begins to want it is told of the past, once, and of what comes until it wants no more', () => {
    const noted: string[] = [];
    const wanted = new WantedElsewhere({
      onWanted: (eventId) => noted.push(`+${eventId}`),
      onUnwanted: (eventId) => noted.push(`-${eventId}`),
    });
    expect(wanted.hear('one', ['E', 'F'], 0)).toEqual(['E', 'F']);
    expect(wanted.hear('other', ['E'], 4_000)).toEqual(['E']);
    expect(wanted.hear('one', ['E'], 8_000)).toEqual([]);
    expect(wanted.at(10_001)).toEqual(['E']);
    wanted.left('one');
    expect(wanted.at(14_000)).toEqual(['E']);
    expect(wanted.at(14_001)).toEqual([]);
    expect(noted).toEqual(['+E', '+F', '-F', '-E']);
  });

  test('there is a bound on events', () => {
    const wanted = new WantedElsewhere({ onWanted: () => {}, onUnwanted: () => {} });
    const eventIds = Array.from({ length: 60 }, (_, index) => `${index}`);
    expect(wanted.hear('one', eventIds, 0)).toHaveLength(50);
  });
});
