import type { SaleSecond } from '@holdfast/client';
import type { LiveKey } from './messages.ts';
import { bookedIn, refusedIn, seatsBySecond, soldOf } from './sale-record.ts';

/** A line is known by its look as well as by its colour: see styles/live.css. */
export const lineLooks = ['solid', 'dashed', 'dotted', 'dash-dotted'] as const;

/** One line of a chart: its name, and a value for each second; `null`: none is known. */
export interface ChartLine {
  readonly name: LiveKey;
  readonly values: readonly (number | null)[];
}

/** What a chart is about. */
export interface ChartOfSale {
  readonly title: LiveKey;
  readonly unit: 'count' | 'milliseconds';
  readonly lines: readonly ChartLine[];
}

/** The charts of a sale, from its seconds. */
export function chartsOf(seconds: readonly SaleSecond[]): readonly ChartOfSale[] {
  const seats = seatsBySecond(seconds);
  const each = (of: (second: SaleSecond) => number | null) => seconds.map(of);
  const refusedBy = (who: string) =>
    each(({ refused }) => refusedIn(refused.filter(({ by }) => by === who)));
  return [
    {
      title: 'chart.seats',
      unit: 'count',
      lines: [
        { name: 'sold', values: seats.map((known) => known && soldOf(known)) },
        { name: 'held', values: seats.map((known) => known?.heldSeats ?? null) },
        { name: 'free', values: seats.map((known) => known?.availableSeats ?? null) },
      ],
    },
    {
      title: 'chart.answers',
      unit: 'count',
      lines: [
        { name: 'booked', values: each(({ accepted }) => bookedIn(accepted)) },
        { name: 'confirmed', values: each(({ accepted }) => accepted['confirm'] ?? 0) },
        { name: 'refused', values: each(({ refused }) => refusedIn(refused)) },
        { name: 'undecided', values: each(({ undecided }) => undecidedIn(undecided)) },
      ],
    },
    {
      title: 'chart.refusedBy',
      unit: 'count',
      lines: [
        { name: 'by.database', values: refusedBy('database') },
        { name: 'by.redis', values: refusedBy('redis') },
        { name: 'by.memory', values: refusedBy('memory') },
      ],
    },
    {
      title: 'chart.times',
      unit: 'milliseconds',
      lines: [
        { name: 'times.answerP50', values: each(({ answerMs }) => answerMs?.p50 ?? null) },
        { name: 'times.answerP99', values: each(({ answerMs }) => answerMs?.p99 ?? null) },
        { name: 'times.commitP99', values: each(({ commitMs }) => commitMs?.p99 ?? null) },
        { name: 'times.waitP99', values: each(({ waitMs }) => waitMs?.p99 ?? null) },
      ],
    },
    {
      title: 'chart.groups',
      unit: 'count',
      lines: [
        { name: 'groups.count', values: each(({ groups }) => groups.count) },
        { name: 'groups.mean', values: each(({ groups }) => meanOf(groups)) },
        { name: 'groups.largest', values: each(({ groups }) => groups.largest) },
      ],
    },
  ];
}

function undecidedIn({ overloaded, unknown, failed }: SaleSecond['undecided']): number {
  return overloaded + unknown + failed;
}

function meanOf({ count, commandCount }: SaleSecond['groups']): number | null {
  return count === 0 ? null : commandCount / count;
}
