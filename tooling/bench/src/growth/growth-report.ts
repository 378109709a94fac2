import { median } from '@holdfast/command';
import type { Measurement } from '../measurement.ts';
import type { LoadName } from '../plan.ts';
import type { Verdict } from '../report.ts';
import { medianOf, toDigits } from '../rows.ts';
import type { GrownLevel } from './measure-growth.ts';
import type { GrowthLevel, GrowthPlan } from './plan.ts';

/** The medians of one level. Rates are a second's. */
export interface GrowthRow extends GrowthLevel {
  readonly databaseMiB: number;
  readonly bookingsPerSecond: number | null;
  /** Its bookings a second ÷ those of the first level, each within a round. */
  readonly overFirst: number | null;
  readonly p99Ms: number | null;
  readonly serverMicros: number | null;
  readonly postgresMicros: number | null;
  readonly getsPerSecond: number | null;
  readonly listsPerSecond: number | null;
  readonly safe: boolean;
}

/** What `--growth --json` prints. */
export interface GrowthReport {
  readonly mode: GrowthPlan['mode'];
  readonly rounds: number;
  readonly rows: readonly GrowthRow[];
  readonly verdict: Verdict;
}

/** @example growthReportOn(plan, await measureGrowth(plan, steps)) */
export function growthReportOn(plan: GrowthPlan, levels: readonly GrownLevel[]): GrowthReport {
  const rows = levels.map((one) => rowOf(one, levels[0]));
  const isSafe = rows.every(({ safe }) => safe);
  return {
    mode: plan.mode,
    rounds: plan.roundCount,
    rows,
    verdict: {
      verdict: isSafe ? 'pass' : 'fail',
      reasons: isSafe ? [] : ['holdfast broke the audit on a grown database'],
    },
  };
}

function rowOf(
  { level, databaseMiB, measurements }: GrownLevel,
  first: GrownLevel | undefined,
): GrowthRow {
  const hot = of('hot', measurements);
  const ratios = hot.flatMap((one) => {
    const other = of('hot', first?.measurements ?? []).find(({ round }) => round === one.round);
    return other === undefined || other.bookingsPerSecond === 0
      ? []
      : [one.bookingsPerSecond / other.bookingsPerSecond];
  });
  return {
    ...level,
    databaseMiB: toDigits(databaseMiB),
    bookingsPerSecond: medianOf(hot, ({ bookingsPerSecond }) => bookingsPerSecond, 0),
    overFirst: ratios.length === 0 ? null : toDigits(median(ratios), 2),
    p99Ms: medianOf(hot, ({ p99Ms }) => p99Ms),
    serverMicros: medianOf(hot, ({ cost }) => cost.serverMicros),
    postgresMicros: medianOf(hot, ({ cost }) => cost.postgresMicros),
    getsPerSecond: medianOf(of('get', measurements), ({ readsPerSecond }) => readsPerSecond, 0),
    listsPerSecond: medianOf(of('list', measurements), ({ readsPerSecond }) => readsPerSecond, 0),
    safe: measurements.every(({ judgement }) => judgement?.isSafe ?? true),
  };
}

function of(load: LoadName, measurements: readonly Measurement[]): readonly Measurement[] {
  return measurements.filter((one) => one.load === load);
}
