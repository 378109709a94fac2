import { figure } from '@holdfast/command';

/** Of a few digits: `0.83`, `12.3`, `1,234`; `–` for none. */
export function ratioText(value: number | null): string {
  if (value === null || value >= 100) return figure(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

/** `8.4`, `412`, `1,230` milliseconds; `–` for none. */
export function msText(ms: number | null): string {
  return ms !== null && ms < 10 ? ms.toFixed(1) : figure(ms);
}

/** `12 %`. */
export function shareText(share: number): string {
  return `${Math.round(share * 100)} %`;
}
