import { figure } from '@holdfast/command';
import { chartWidth, px, svg, text } from '@holdfast/report';
import type { Report } from '../report.ts';
import type { Row } from '../rows.ts';
import { ways } from '../ways/all.ts';
import { colourOf } from './way-colours.ts';

const connections = 100;
const labelWidth = 230;
const valueWidth = 130;
const barHeight = 22;
const barStep = 34;
const top = 56;

/** Bookings a second by way, as bars; `null` where that was not measured. */
export function waysChart({ rows, ceilings }: Report): string | null {
  const shown = ways.flatMap(
    ({ name }) =>
      rows.find(
        (row) =>
          row.way === name &&
          row.load === 'hot' &&
          row.connections === connections &&
          row.among === 'ways',
      ) ?? [],
  );
  if (shown.length === 0) return null;
  const empty = ceilings.find((one) => one.ceiling === 'empty' && one.connections === connections);
  const rateMax = Math.max(
    ...shown.map(({ bookingsPerSecondMax }) => bookingsPerSecondMax),
    empty?.callsPerSecond ?? 0,
  );
  const scale = (rate: number) => (rate / rateMax) * (chartWidth - labelWidth - valueWidth);
  const height = top + shown.length * barStep + 30;
  return svg({ title: `Bookings a second, one event, ${connections} connections`, height }, [
    ...shown.map((row, index) => bar(row, top + index * barStep, scale)),
    ...(empty === undefined
      ? []
      : mark(labelWidth + scale(empty.callsPerSecond), height, empty.callsPerSecond)),
  ]);
}

function bar(row: Row, y: number, scale: (rate: number) => number): string {
  const title = ways.find(({ name }) => name === row.way)?.title ?? row.way;
  const value = `${figure(row.bookingsPerSecond)}${row.safe ? '' : ' – not safe'}`;
  const length = scale(row.bookingsPerSecond);
  const [from, to] = [scale(row.bookingsPerSecondMin), scale(row.bookingsPerSecondMax)];
  const middle = y + barHeight / 2;
  return [
    text({ x: labelWidth - 10, y: middle + 5, anchor: 'end' }, title),
    `<rect x="${labelWidth}" y="${y}" width="${px(Math.max(1, length))}" height="${barHeight}" rx="3" fill="${colourOf(row.way)}"/>`,
    // From the slowest round to the fastest.
    `<line x1="${px(labelWidth + from)}" y1="${middle}" x2="${px(labelWidth + to)}" y2="${middle}" class="spread"/>`,
    text({ x: labelWidth + Math.max(length, to) + 8, y: middle + 5 }, value),
  ].join('\n');
}

function mark(x: number, height: number, rate: number): readonly string[] {
  const bottom = height - 24;
  return [
    `<line x1="${px(x)}" y1="${top - 14}" x2="${px(x)}" y2="${bottom}" class="mark"/>`,
    text(
      { x, y: height - 8, anchor: 'middle', className: 'muted' },
      `an empty call: ${figure(rate)}`,
    ),
  ];
}
