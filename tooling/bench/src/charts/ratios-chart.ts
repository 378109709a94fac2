import { chartWidth, colours, px, svg, text } from '@holdfast/report';
import { ratioText } from '../numbers.ts';
import { ratioDefinitions, type RatioName } from '../ratio-definitions.ts';
import { type Ratio, ratioNames, reachesAim } from '../ratios.ts';
import type { Report } from '../report.ts';

const [labelWidth, valueWidth] = [330, 150];
const [left, right] = [labelWidth, chartWidth - valueWidth];
const [top, rowStep] = [58, 28];

/** A ratio against its aim, so that 1 reaches it and more is better, whatever the aim is. */
interface Reached {
  readonly name: RatioName;
  readonly ratio: Ratio;
  readonly median: number;
  readonly ends: readonly [number, number];
}

/** Every ratio beside its aim, with its spread over the rounds; `null` where none was measured. */
export function ratiosChart({ ratioSpreads }: Report): string | null {
  const shown = ratioNames.flatMap((name) => {
    const ratio = ratioSpreads[name];
    return ratio === null ? [] : [reached(name, ratio)];
  });
  if (shown.length === 0) return null;
  const x = scaleOver(shown.flatMap(({ ends }) => ends));
  const height = top + shown.length * rowStep + 34;
  const bottom = height - 28;
  const title = 'Ratios against their aims: median, and from the lowest round to the highest';
  return svg({ title, height }, [
    `<line x1="${px(x(1))}" y1="${top - 14}" x2="${px(x(1))}" y2="${bottom}" class="mark"/>`,
    text(
      { x: x(1), y: height - 8, anchor: 'middle', className: 'muted' },
      'the aim; right of it is better',
    ),
    ...shown.flatMap((one, at) => row(one, top + at * rowStep, x)),
  ]);
}

function reached(name: RatioName, ratio: Ratio): Reached {
  const { aim } = ratioDefinitions[name];
  const against = (value: number) => ('min' in aim ? value / aim.min : aim.max / value);
  const ends = [against(ratio.min), against(ratio.max)] as const;
  return { name, ratio, median: against(ratio.median), ends };
}

/** In powers: twice the aim lies as far from it as half of it does. */
function scaleOver(values: readonly number[]): (value: number) => number {
  const logs = values.filter((value) => value > 0).map(Math.log);
  // Half and twice are always in sight.
  const [low, high] = [Math.min(Math.log(0.5), ...logs), Math.max(Math.log(2), ...logs)];
  return (value) => left + ((Math.max(low, Math.log(value)) - low) / (high - low)) * (right - left);
}

function row({ name, ratio, median, ends }: Reached, y: number, x: (value: number) => number) {
  const { title, aim } = ratioDefinitions[name];
  const isReached = reachesAim(name, ratio);
  const aimText = 'min' in aim ? `≥ ${ratioText(aim.min)}` : `≤ ${ratioText(aim.max)}`;
  const colour = isReached ? colours.green : colours.amber;
  return [
    text({ x: 4, y: y + 4, className: 'muted' }, title),
    `<line x1="${px(x(ends[0]))}" y1="${y}" x2="${px(x(ends[1]))}" y2="${y}" class="spread"/>`,
    `<circle cx="${px(x(median))}" cy="${y}" r="6" fill="${colour}"/>`,
    text(
      { x: right + 14, y: y + 4 },
      `${isReached ? '✓' : '✗'} ${ratioText(ratio.median)} (${aimText})`,
    ),
  ];
}
