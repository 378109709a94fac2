import { figure } from '@holdfast/command';
import { msText, shareText } from '../numbers.ts';
import type { Report } from '../report.ts';
import { titleOf } from './row-columns.ts';
import { section, type Section } from './section.ts';

export function arrivalsSection({ arrivals }: Report): Section {
  return section({
    id: 'arrivals',
    title:
      'Callers at a rate of their own (an open loop), one event, latency from when each call was due',
    columns: [
      ['way', titleOf, 'words'],
      ['callers/s', ({ ratePerSecond }) => figure(ratePerSecond)],
      ['bookings/s', ({ bookingsPerSecond }) => figure(bookingsPerSecond)],
      ['p50 ms', ({ p50Ms }) => msText(p50Ms)],
      ['p99 ms', ({ p99Ms }) => msText(p99Ms)],
      ['not sent', ({ unsentShare }) => shareText(unsentShare)],
      ['failed', ({ failedShare }) => shareText(failedShare)],
      ['safe', ({ judgement }) => (judgement.isSafe ? 'yes' : 'NO'), 'words'],
    ],
    rows: arrivals,
    notes: [
      'Not sent: callers who came while all connections waited for an answer. Measured once.',
    ],
  });
}
