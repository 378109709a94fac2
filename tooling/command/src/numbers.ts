/** How numbers are written for people: `1,234`. */
export function figure(value: number): string {
  return value.toLocaleString('en');
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
