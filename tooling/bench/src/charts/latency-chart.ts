import { msText } from '../numbers.ts';
import type { Report } from '../report.ts';
import { ways } from '../ways/all.ts';
import { colourOf } from './colours.ts';
import { chartWidth, px, svg, text } from './svg.ts';

const height = 360;
const left = 76;
/** Room for the longest label, by what a letter takes at most. */
const letterWidth = 6.6;
const labelGap = 20;
const top = 44;
const bottom = 48;
const labelStep = 17;

interface Point {
  readonly connections: number;
  readonly p99Ms: number;
}

interface Line {
  readonly way: string;
  readonly title: string;
  readonly isSafe: boolean;
  readonly points: readonly Point[];
}

/** p99 by connections, a line a way, both axes in powers of ten; `null` where there are no lines. */
export function latencyChart(report: Report): string | null {
  const lines = linesOf(report);
  if (lines.length === 0) return null;
  const points = lines.flatMap((line) => line.points);
  const right = chartWidth - labelWidthOf(lines);
  const x = logScale(
    points.map(({ connections }) => connections),
    [left, right],
  );
  const y = logScale(
    points.map(({ p99Ms }) => p99Ms),
    [height - bottom, top],
  );
  const title = 'p99 of a booking in milliseconds, one event, by connections';
  return svg({ title, height }, [
    ...y.ticks.map((ms) => gridLine(y.at(ms), { right, label: `${ms.toLocaleString('en')} ms` })),
    ...x.ticks.map((count) =>
      text(
        { x: x.at(count), y: height - bottom + 20, anchor: 'middle', className: 'muted' },
        count.toLocaleString('en'),
      ),
    ),
    text(
      { x: (left + right) / 2, y: height - 8, anchor: 'middle', className: 'muted' },
      'connections',
    ),
    ...lines.map((line) => polyline(line, x.at, y.at)),
    ...labels(lines, x.at, y.at),
  ]);
}

function linesOf({ rows }: Report): readonly Line[] {
  const shown = rows.filter((row) => row.load === 'hot' && row.among === 'ways');
  return ways
    .map(({ name, title }) => ({
      way: name,
      title,
      isSafe: shown.every((row) => row.way !== name || row.safe),
      points: shown
        .filter((row) => row.way === name)
        .flatMap(({ connections, p99Ms }) => (p99Ms === null ? [] : [{ connections, p99Ms }]))
        .toSorted((a, b) => a.connections - b.connections),
    }))
    .filter(({ points }) => points.length > 1);
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

function gridLine(
  y: number,
  { right, label }: { readonly right: number; readonly label: string },
): string {
  return [
    `<line x1="${left}" y1="${px(y)}" x2="${px(right)}" y2="${px(y)}" class="grid"/>`,
    text({ x: left - 8, y: y + 4, anchor: 'end', className: 'muted' }, label),
  ].join('\n');
}

type Coordinate = (value: number) => number;

function polyline({ way, points }: Line, x: Coordinate, y: Coordinate): string {
  const at = points.map(({ connections, p99Ms }) => [px(x(connections)), px(y(p99Ms))] as const);
  const dots = at.map(
    ([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colourOf(way)}"/>`,
  );
  return [
    `<polyline class="line" stroke="${colourOf(way)}" points="${at.map((pair) => pair.join(',')).join(' ')}"/>`,
    ...dots,
  ].join('\n');
}

/** At the right ends of the lines, moved down where they would lie on each other. */
function labels(lines: readonly Line[], x: Coordinate, y: Coordinate): readonly string[] {
  const ends = lines
    .flatMap((line) => {
      const last = line.points.at(-1);
      return last === undefined ? [] : [{ ...line, last, y: y(last.p99Ms) }];
    })
    .toSorted((a, b) => a.y - b.y);
  let free = -Infinity;
  return ends.map(({ title, way, isSafe, last, y: wanted }) => {
    const at = Math.max(wanted, free);
    free = at + labelStep;
    const label = labelOf({ title, isSafe }, last);
    return [
      `<circle cx="${px(x(last.connections) + 12)}" cy="${px(at)}" r="4" fill="${colourOf(way)}"/>`,
      text({ x: x(last.connections) + labelGap, y: at + 4, className: 'muted' }, label),
    ].join('\n');
  });
}

function labelOf({ title, isSafe }: Pick<Line, 'title' | 'isSafe'>, { p99Ms }: Point): string {
  return `${title}, ${msText(p99Ms)} ms${isSafe ? '' : ' – not safe'}`;
}

/** From the right ends of the lines to the right edge of the chart. */
function labelWidthOf(lines: readonly Line[]): number {
  const lengths = lines.flatMap((line) =>
    line.points.slice(-1).map((last) => labelOf(line, last).length),
  );
  return labelGap + Math.max(...lengths) * letterWidth;
}
