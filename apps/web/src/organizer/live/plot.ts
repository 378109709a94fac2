import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';
import type { LiveFormat } from './use-live-format.ts';

/** How lines are drawn, in the order of lineLooks: colours do not reach everybody. */
const dashes: readonly number[][] = [[], [10, 5], [2, 4], [12, 4, 2, 4]];
const lineWidth = 2.5;

/** What a plot needs beside its values. */
export interface PlotOptions {
  readonly element: HTMLElement;
  /** One line each, in the colours of the theme. */
  readonly strokes: readonly string[];
  readonly ink: string;
  readonly grid: string;
  readonly font: string;
  readonly time: LiveFormat['time'];
  readonly value: (value: number | null) => string;
}

/** A chart on the page, which takes new values and new sizes. */
export interface Plot {
  /** `times` in seconds since 1970; one list of values for each line. */
  show(times: readonly number[], values: readonly (readonly (number | null)[])[]): void;
  close(): void;
}

/**
 * Draws lines over time in an element, as wide and high as the element is. A screen reader is told by what stands
 * beside it.
 *
 * @example const plot = openPlot({ element, strokes, … }); plot.show(times, values); plot.close();
 */
export function openPlot(options: PlotOptions): Plot {
  const { element, strokes } = options;
  const plot = new uPlot(
    {
      ...sizeOf(element),
      pxAlign: 0,
      // The last time on the axis is wider than what is left beside it.
      padding: [8, 48, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max) * 1.1] } },
      axes: axesOf(options),
      series: [
        {},
        ...strokes.map((stroke, place) => ({
          stroke,
          width: lineWidth,
          dash: dashes[place] ?? [],
          // A line needs two points: one alone would not be seen.
          points: { show: true, size: 6, fill: stroke, filter: alonePlaces },
        })),
      ],
    },
    [[], ...strokes.map(() => [])],
    element,
  );
  const resizing = new ResizeObserver(() => plot.setSize(sizeOf(element)));
  resizing.observe(element);
  return {
    show: (times, values) => plot.setData([[...times], ...values.map((line) => [...line])]),
    close() {
      resizing.disconnect();
      plot.destroy();
    },
  };
}

/** Where a value has none beside it. */
function alonePlaces({ data }: uPlot, line: number): number[] {
  const values = data[line] ?? [];
  const isKnown = (place: number) => typeof values[place] === 'number';
  return Array.from(values, (_, place) => place).filter(
    (place) => isKnown(place) && !isKnown(place - 1) && !isKnown(place + 1),
  );
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement) {
  return { width: Math.max(clientWidth, 1), height: Math.max(clientHeight, 1) };
}

function axesOf({ ink, grid, font, time, value }: PlotOptions): uPlot.Axis[] {
  const look = { stroke: ink, font, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid } };
  return [
    { ...look, values: (_plot, ticks) => ticks.map((tick) => time(tick * 1_000)), space: 110 },
    { ...look, values: (_plot, ticks) => ticks.map((tick) => value(tick)), size: 74 },
  ];
}
