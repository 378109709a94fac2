import { BigValueColorMode, BigValueGraphMode } from '@grafana/grafana-foundation-sdk/common';
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as FigureBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** A line of a chart: what is asked of Prometheus, and its name, which may have labels in braces. */
export interface Line {
  readonly expr: string;
  readonly name: string;
}

/** Lines over time. */
export interface Chart {
  readonly title: string;
  /** What a reader has to know to judge it. */
  readonly about: string;
  /** Grafana's name of the unit: `short`, `s`, `ops`, `bytes`, `percentunit`. */
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** One number of now, red from a value on. */
export interface Figure extends Omit<Chart, 'lines'> {
  readonly expr: string;
  readonly redFrom: number;
}

/** Of 24 columns. */
const chartWidth = 8;
const chartHeight = 7;
const figureWidth = 4;
const figureHeight = 4;

const datasource = { type: 'prometheus', uid: '${datasource}' };

/** @example figureOf({ title: 'Drift', about: '…', unit: 'short', expr: 'sum(…)', redFrom: 1 }) */
export function figureOf({ title, about, unit, expr, redFrom }: Figure): FigureBuilder {
  const steps = [
    { value: null, color: 'green' },
    { value: redFrom, color: 'red' },
  ];
  return new FigureBuilder()
    .title(title)
    .description(about)
    .unit(unit)
    .span(figureWidth)
    .height(figureHeight)
    .datasource(datasource)
    .colorMode(BigValueColorMode.Background)
    .graphMode(BigValueGraphMode.None)
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .withTarget(new DataqueryBuilder().refId('A').expr(expr).instant());
}

/** @example chartOf({ title: 'Commits', about: '…', unit: 'ops', lines: [{ expr: 'sum(…)', name: '{{result}}' }] }) */
export function chartOf({ title, about, unit, lines }: Chart): ChartBuilder {
  const chart = new ChartBuilder()
    .title(title)
    .description(about)
    .unit(unit)
    .min(0)
    .span(chartWidth)
    .height(chartHeight)
    .datasource(datasource);
  for (const [index, { expr, name }] of lines.entries()) {
    const refId = String.fromCodePoint('A'.charCodeAt(0) + index);
    chart.withTarget(new DataqueryBuilder().refId(refId).expr(expr).legendFormat(name).range());
  }
  return chart;
}
