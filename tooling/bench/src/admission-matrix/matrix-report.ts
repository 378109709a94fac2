import { availableParallelism, loadavg } from 'node:os';
import { median } from '@holdfast/command';
import { type Cell, cellTitle } from './cells.ts';
import type { Measured } from './measure-matrix.ts';
import type { MatrixPlan } from './plan.ts';
import { type FigureName, figureNames, type Sample } from './sample.ts';

/** A figure over all rounds. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Of those that there are in this cell. */
type Figures = Readonly<Partial<Record<FigureName, Spread>>>;

/** One variant in one cell. */
export interface MatrixRow {
  readonly cell: string;
  readonly sale: Cell['sale'];
  readonly postgres: Cell['postgres'];
  readonly processCount: number;
  readonly decides: string;
  readonly variant: string;
  readonly title: string;
  readonly figures: Figures;
  /** Its rate over the first variant's, each ratio within one round. */
  readonly ratio: Spread | null;
}

export interface MatrixReport {
  readonly mode: MatrixPlan['mode'];
  readonly roundCount: number;
  readonly durationMs: number;
  readonly connectionCount: number;
  readonly cores: number;
  /** Of the last 15 minutes: others' work counts, too. */
  readonly loadAverage: number;
  readonly rows: readonly MatrixRow[];
}

/** @example matrixReportOn(plan, await measureMatrix(plan, steps)) */
export function matrixReportOn(plan: MatrixPlan, measured: readonly Measured[]): MatrixReport {
  const byCell = Map.groupBy(measured, ({ cell }) => cell);
  return {
    mode: plan.mode,
    roundCount: plan.roundCount,
    durationMs: plan.durationMs,
    connectionCount: plan.connectionCount,
    cores: availableParallelism(),
    loadAverage: loadavg()[2] ?? 0,
    rows: [...byCell].flatMap(([cell, runs]) => rowsOf(cell, runs)),
  };
}

function rowsOf(cell: Cell, runs: readonly Measured[]): readonly MatrixRow[] {
  const { sale, postgres, processCount, decides } = cell;
  const byVariant = Map.groupBy(runs, ({ variant }) => variant);
  const [first = []] = byVariant.values();
  return [...byVariant].map(([{ name, title }, own]) => ({
    cell: cellTitle(cell),
    sale,
    postgres,
    processCount,
    decides,
    variant: name,
    title,
    figures: figuresOf(own.map(({ sample }) => sample)),
    ratio: spreadOf(own.map((run) => ratioTo(first, run))),
  }));
}

function figuresOf(samples: readonly Sample[]): Figures {
  const figures: Partial<Record<FigureName, Spread>> = {};
  for (const name of figureNames) {
    const spread = spreadOf(samples.map((sample) => sample[name]));
    if (spread !== null) figures[name] = spread;
  }
  return figures;
}

/** What a sale is about: bookings, or refusals. */
function rateOf({ cell: { sale }, sample }: Measured): number | null {
  return sale === 'sold_out' ? sample.refusalsPerSecond : sample.bookingsPerSecond;
}

function ratioTo(first: readonly Measured[], run: Measured): number | null {
  const base = first.find(({ round }) => round === run.round);
  const [own, other] = [rateOf(run), base === undefined ? null : rateOf(base)];
  return own === null || other === null || other === 0 ? null : own / other;
}

function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return { median: median(known), min: Math.min(...known), max: Math.max(...known) };
}
