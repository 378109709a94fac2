import { figure } from '@holdfast/command';
import type { Report } from '../report.ts';
import type { Row } from '../rows.ts';
import { ways } from '../ways/all.ts';
import { chartWidth, colourOf, px, svg, text } from './svg.ts';

const connections = 100;
const labelWidth = 210;
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
    ...shown.map(({ bookingsPerSecond }) => bookingsPerSecond),
    empty?.callsPerSecond ?? 0,
  );
  const scale = (rate: number) => (rate / rateMax) * (chartWidth - labelWidth - valueWidth);
  const height = top + shown.length * barStep + 30;
  return svg({ title: `Bookings a second, one event, ${connections} connections`, height }, [
    ...shown.map((row, index) => bar(row, top + index * barStep, scale(row.bookingsPerSecond))),
    ...(empty === undefined
      ? []
      : mark(labelWidth + scale(empty.callsPerSecond), height, empty.callsPerSecond)),
  ]);
}

function bar(row: Row, y: number, length: number): string {
  const title = ways.find(({ name }) => name === row.way)?.title ?? row.way;
  const value = `${figure(row.bookingsPerSecond)}${row.safe ? '' : ' – not safe'}`;
  const middle = y + barHeight / 2 + 5;
  return [
    text({ x: labelWidth - 10, y: middle, anchor: 'end' }, title),
    `<rect x="${labelWidth}" y="${y}" width="${px(Math.max(1, length))}" height="${barHeight}" rx="3" fill="${colourOf(row.way)}"/>`,
    text({ x: labelWidth + length + 8, y: middle }, value),
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
