import { figure, roundStep, sum } from '@holdfast/command';
import { chartWidth, px, svg, text } from './svg.ts';

/** One kind of what is counted, with a value for each column. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

/** Columns, from left to right, of one or several kinds. */
export interface ColumnChart {
  readonly title: string;
  /** What lies below the axis, such as a unit. */
  readonly below: string;
  /** One for each column, from left to right. */
  readonly labels: readonly string[];
  /** Stacked, the first at the bottom. */
  readonly series: readonly Series[];
}

const height = 320;
const [left, right, top, bottom] = [64, chartWidth - 8, 64, 268];
const gap = 2;
/** What a letter of a label takes at most. */
const letterWidth = 7;
const gridLineCount = 4;

/**
 * Counts as columns, the series stacked on each other.
 *
 * @example columnChart({ title: 'Answers', below: 's', labels: ['0', '1'], series: [{ name: 'booked', colour, values: [3, 9] }] })
 */
export function columnChart({ title, below, labels, series }: ColumnChart): string {
  const sums = labels.map((_, at) => sum(series.map(({ values }) => values[at] ?? 0)));
  const axis = axisFor(Math.max(1, ...sums));
  const y = (value: number) => bottom - (value / axis.max) * (bottom - top);
  const width = (right - left) / Math.max(1, labels.length);
  const shownEvery = Math.ceil(((Math.max(0, ...labels.map(lengthOf)) + 1) * letterWidth) / width);
  return svg({ title, height }, [
    ...axis.ticks.flatMap((value) => [
      `<line x1="${left}" y1="${px(y(value))}" x2="${right}" y2="${px(y(value))}" class="grid"/>`,
      text({ x: left - 8, y: y(value) + 4, anchor: 'end', className: 'muted' }, figure(value)),
    ]),
    ...labels.flatMap((label, at) => {
      const x = left + at * width;
      const parts = stacked(series, at).map(({ from, to, colour }) => {
        const tall = Math.max(1, y(from) - y(to));
        return `<rect x="${px(x + gap / 2)}" y="${px(y(from) - tall)}" width="${px(width - gap)}" height="${px(tall)}" fill="${colour}"/>`;
      });
      if (at % shownEvery > 0) return parts;
      const place = {
        x: x + width / 2,
        y: bottom + 18,
        anchor: 'middle',
        className: 'muted',
      } as const;
      return [...parts, text(place, label)];
    }),
    text({ x: (left + right) / 2, y: height - 8, anchor: 'middle', className: 'muted' }, below),
    ...(series.length > 1 ? legend(series) : []),
  ]);
}

function lengthOf(label: string): number {
  return label.length;
}

/** What of each series stands in one column, from where to where. Nothing of it is no part. */
function stacked(series: readonly Series[], at: number) {
  let from = 0;
  return series.flatMap(({ colour, values }) => {
    const part = { colour, from, to: from + (values[at] ?? 0) };
    from = part.to;
    return part.to === part.from ? [] : [part];
  });
}

/** Whole numbers from 0 on that lie evenly, the last of them at least `highest`. */
function axisFor(highest: number): { readonly max: number; readonly ticks: readonly number[] } {
  const step = roundStep(highest / gridLineCount);
  const count = Math.ceil(highest / step);
  return { max: count * step, ticks: Array.from({ length: count + 1 }, (_, at) => at * step) };
}

function legend(series: readonly Series[]): readonly string[] {
  let x = left;
  return series.flatMap(({ name, colour }) => {
    const at = x;
    x += name.length * letterWidth + 40;
    return [
      `<rect x="${px(at)}" y="34" width="12" height="12" rx="2" fill="${colour}"/>`,
      text({ x: at + 18, y: 45, className: 'muted' }, name),
    ];
  });
}
