import { median } from '@holdfast/command';
import { type Measured, ratioDefinitions, type RatioName } from './ratio-definitions.ts';

export const ratioNames: readonly RatioName[] = Object.keys(ratioDefinitions).filter(isRatioName);

function isRatioName(text: string): text is RatioName {
  return text in ratioDefinitions;
}

/** A figure of several rounds. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** `null`: not measured. */
export type Ratios = Readonly<Record<RatioName, Ratio | null>>;

/** Something for each ratio, in their order. */
export function byRatio<T>(of: (name: RatioName) => T): Readonly<Record<RatioName, T>> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has each name.
  return Object.fromEntries(ratioNames.map((name) => [name, of(name)])) as Record<RatioName, T>;
}

/**
 * The ratios, each taken within a round and then the median over rounds, because only what was
 * measured side by side can be compared.
 *
 * @example ratiosOf(measured).hot_over_empty // { median: 0.83, min: 0.8, max: 0.86 }
 */
export function ratiosOf(measured: Measured): Ratios {
  return byRatio((name) => ratioOf(name, measured));
}

function ratioOf(name: RatioName, measured: Measured): Ratio | null {
  const { figure } = ratioDefinitions[name];
  const rounds = [...measured.measurements, ...measured.writers].map(({ round }) => round);
  // What is measured once counts as of the first.
  const roundCount = Math.max(0, ...rounds) + 1;
  const values = Array.from({ length: roundCount }, (_, round) => figure(measured, round)).filter(
    (value) => value !== null,
  );
  if (values.length === 0) return null;
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

/** Does a figure reach its aim? What was not measured does not. */
export function reachesAim(name: RatioName, ratio: Ratio | null): boolean {
  const { aim } = ratioDefinitions[name];
  if (ratio === null) return false;
  return 'min' in aim ? ratio.median >= aim.min : ratio.median <= aim.max;
}
