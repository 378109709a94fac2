import { bytesRatioMax, monthCount, steadyMonth, timeNoiseMs, timeRatioMax } from './plan.ts';
import type { Year } from './run-year.ts';
import { bytesOf } from './table-sizes.ts';

/** What did not hold, a sentence each. */
export function reasonsAgainst(year: Year): readonly string[] {
  return [...brokenPromises(year), ...growth(year), ...slowness(year)];
}

function brokenPromises(year: Year): readonly string[] {
  const { violationCount, brokenArchives, verifiedArchives, months } = year;
  const failed = months.reduce((sum, { retained }) => sum + (retained?.failedEvents ?? 0), 0);
  return [
    ...(violationCount > 0 ? [`The audit found ${violationCount} violations.`] : []),
    ...(brokenArchives > 0
      ? [`${brokenArchives} of ${verifiedArchives} archives are broken.`]
      : []),
    ...(failed > 0 ? [`${failed} events could not be archived.`] : []),
    ...(months.length < monthCount ? ['The year was not over.'] : []),
  ];
}

/** The live tables of the last month over those of the first one in which as much goes as comes. */
export function bytesRatioOf({ months }: Year): number {
  const of = (month: number) => bytesOf(months[month - 1]?.sizes ?? [], false);
  return of(monthCount) / of(steadyMonth);
}

function growth(year: Year): readonly string[] {
  const ratio = bytesRatioOf(year);
  if (ratio <= bytesRatioMax) return [];
  return [
    `The live tables are ${ratio.toFixed(2)} times as large in month ${monthCount} as in month ${steadyMonth}; ${bytesRatioMax} is allowed.`,
  ];
}

function slowness({ months }: Year): readonly string[] {
  const [first, last] = [months[0]?.times ?? {}, months.at(-1)?.times ?? {}];
  return Object.entries(last).flatMap(([name, ms]) => {
    const before = first[name] ?? 0;
    if (ms <= before * timeRatioMax + timeNoiseMs) return [];
    return [`${name} took ${before} ms in month 1, and ${ms} ms in month ${monthCount}.`];
  });
}
