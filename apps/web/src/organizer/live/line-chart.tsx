import type { SaleSecond } from '@holdfast/client';
import { useEffect, useRef, useState } from 'react';
import { useMessages } from '../../language/language-provider.tsx';
import { type ChartOfSale, lineLooks } from './chart-lines.ts';
import { ChartTable } from './chart-table.tsx';
import { LineSample } from './line-sample.tsx';
import { liveMessages } from './messages.ts';
import { openPlot, type Plot } from './plot.ts';
import { useColours } from './use-colours.ts';
import { useLiveFormat } from './use-live-format.ts';

interface LineChartProps {
  readonly chart: ChartOfSale;
  readonly seconds: readonly SaleSecond[];
}

/** A chart, what its lines are now in words, and its figures as a table for who cannot use the picture. */
export function LineChart({ chart, seconds }: LineChartProps) {
  const say = useMessages(liveMessages);
  const format = useLiveFormat();
  const [isOpen, setIsOpen] = useState(false);
  const { title, unit, lines } = chart;
  const latest = lines.map(({ name, values }) => ({ name, value: values.at(-1) ?? null }));
  return (
    <figure className="card chart">
      <figcaption className="chart-title">{say(title)}</figcaption>
      <Picture chart={chart} seconds={seconds} />
      <dl className="chart-legend">
        {latest.map(({ name, value }, place) => (
          <div key={name}>
            <dt>
              <LineSample look={lineLooks[place] ?? 'solid'} />
              {say(name)}
            </dt>
            <dd>{format[unit](value)}</dd>
          </div>
        ))}
      </dl>
      <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
        <summary>{say('table.open')}</summary>
        {isOpen && <ChartTable chart={chart} seconds={seconds} />}
      </details>
    </figure>
  );
}

/** The words and the table beside it say the same: a screen reader leaves it out. */
function Picture({ chart: { unit, lines }, seconds }: LineChartProps) {
  const around = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const [plot, setPlot] = useState<Plot | null>(null);
  const colours = useColours(around);
  const { time, [unit]: value } = useLiveFormat();
  const lineCount = lines.length;
  useEffect(() => {
    if (canvas.current === null || colours === null) return;
    const strokes = colours.lines.slice(0, lineCount);
    const opened = openPlot({ ...colours, element: canvas.current, strokes, time, value });
    setPlot(opened);
    return () => {
      setPlot(null);
      opened.close();
    };
  }, [colours, time, value, lineCount]);
  useEffect(() => {
    const times = seconds.map(({ at }) => Date.parse(at) / 1_000);
    plot?.show(
      times,
      lines.map(({ values }) => values),
    );
  }, [plot, seconds, lines]);
  return (
    <div ref={around} className="chart-around" aria-hidden="true">
      <span className="chart-grid" />
      {lineLooks.map((look) => (
        <span key={look} className={`line-${look}`} />
      ))}
      <div ref={canvas} className="chart-picture" />
    </div>
  );
}
