/** A whole number as people write it: `1,234`; `–` for none. */
export function figure(value: number | null): string {
  return value === null ? '–' : Math.round(value).toLocaleString('en');
}

/** @example countOf(1, 'seat') // '1 seat' ; countOf(500, 'seat') // '500 seats' */
export function countOf(value: number, noun: string): string {
  return `${figure(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** A duration as people say it: `8.4 ms`, `412 ms`, `1.23 s`; `–` for none. */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/** A share as people say it: `12.5 %`. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((part * 100) / whole).toFixed(1)} %`;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The middle of some values, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = Math.floor(ascending.length / 2);
  const upper = ascending[middle] ?? NaN;
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] ?? NaN) + upper) / 2;
}

/**
 * The smallest value that at least `percent` of the values do not exceed (nearest rank); `null` of
 * nothing.
 *
 * @example percentile([10, 20, 30, 40], 50) // 20
 */
export function percentile(ascending: readonly number[], percent: number): number | null {
  const rank = Math.max(1, Math.ceil((percent / 100) * ascending.length));
  return ascending[rank - 1] ?? null;
}

/**
 * The next of 1, 2, 5, 10, 20, 50, … that is at least `step`: a width that axes and buckets can have.
 *
 * @example roundStep(23) // 50
 */
export function roundStep(step: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(Math.max(1, step)));
  const round = [1, 2, 5].map((digit) => digit * magnitude).find((size) => size >= step);
  return round ?? magnitude * 10;
}
