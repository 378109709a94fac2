import { chartWidth, px, svg, text } from '@holdfast/report';
import { msText } from '../numbers.ts';
import type { Report } from '../report.ts';
import { ways } from '../ways/all.ts';
import { colourOf } from './way-colours.ts';

const height = 360;
const [left, top, bottom] = [76, 44, 48];
/** What a letter of a label takes at most. */
const letterWidth = 6.6;
const labelGap = 20;
const labelStep = 17;

interface Line {
  readonly way: string;
  readonly points: readonly { readonly connections: number; readonly p99Ms: number }[];
  /** Says what it is, and how high it ends. */
  readonly label: string;
  readonly lastMs: number;
}

/** p99 by connections, a line a way, both axes in powers of ten; `null` where there are no lines. */
export function latencyChart(report: Report): string | null {
  const lines = linesOf(report);
  if (lines.length === 0) return null;
  const points = lines.flatMap((line) => line.points);
  const counts = points.map(({ connections }) => connections);
  const labelWidth = Math.max(...lines.map(({ label }) => label.length)) * letterWidth;
  const right = chartWidth - labelGap - labelWidth;
  const x = logScale(counts, [left, right]);
  const y = logScale(
    points.map(({ p99Ms }) => p99Ms),
    [height - bottom, top],
  );
  const title = 'p99 of a booking in milliseconds, one event, by connections';
  const below = { anchor: 'middle', className: 'muted' } as const;
  return svg({ title, height }, [
    ...y.ticks.flatMap((ms) => [
      `<line x1="${left}" y1="${px(y.at(ms))}" x2="${px(right)}" y2="${px(y.at(ms))}" class="grid"/>`,
      text(
        { x: left - 8, y: y.at(ms) + 4, anchor: 'end', className: 'muted' },
        `${ms.toLocaleString('en')} ms`,
      ),
    ]),
    ...x.ticks.map((count) =>
      text({ x: x.at(count), y: height - bottom + 20, ...below }, count.toLocaleString('en')),
    ),
    text({ x: (left + right) / 2, y: height - 8, ...below }, 'connections'),
    ...lines.flatMap((line) => drawn(line, x, y)),
    ...labels(lines, x.at(Math.max(...counts)), y),
  ]);
}

function linesOf({ rows }: Report): readonly Line[] {
  const shown = rows.filter((row) => row.load === 'hot' && row.among === 'ways');
  return ways.flatMap(({ name, title }) => {
    const own = shown.filter((row) => row.way === name);
    const points = own
      .flatMap(({ connections, p99Ms }) => (p99Ms === null ? [] : [{ connections, p99Ms }]))
      .toSorted((a, b) => a.connections - b.connections);
    const last = points.at(-1);
    if (points.length < 2 || last === undefined) return [];
    const unsafe = own.every((row) => row.safe) ? '' : ' – not safe';
    const label = `${title}, ${msText(last.p99Ms)} ms${unsafe}`;
    return [{ way: name, points, label, lastMs: last.p99Ms }];
  });
}

interface Scale {
  readonly at: (value: number) => number;
  /** The powers of ten from one end to the other. */
  readonly ticks: readonly number[];
}

function logScale(values: readonly number[], [from, to]: readonly [number, number]): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    at: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

function drawn({ way, points }: Line, x: Scale, y: Scale): readonly string[] {
  const colour = colourOf(way);
  const at = points.map(({ connections, p99Ms }) => [px(x.at(connections)), px(y.at(p99Ms))]);
  const pairs = at.map((pair) => pair.join(',')).join(' ');
  return [
    `<polyline class="line" stroke="${colour}" points="${pairs}"/>`,
    ...at.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
  ];
}

/** At the right ends of the lines, moved down where they would lie on each other. */
function labels(lines: readonly Line[], right: number, y: Scale): readonly string[] {
  let free = -Infinity;
  const fromTop = lines.toSorted((a, b) => b.lastMs - a.lastMs);
  return fromTop.flatMap(({ way, label, lastMs }) => {
    const at = Math.max(y.at(lastMs), free);
    free = at + labelStep;
    return [
      `<circle cx="${px(right + 12)}" cy="${px(at)}" r="4" fill="${colourOf(way)}"/>`,
      text({ x: right + labelGap, y: at + 4, className: 'muted' }, label),
    ];
  });
}
