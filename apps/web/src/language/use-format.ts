import { useMemo } from 'react';
import { useLanguage } from './language-provider.tsx';

/** How the page's language writes dates, numbers and times that are left. */
export interface Format {
  /** `Friday, 1 January 2999 at 20:00`, in the time zone of the browser. */
  readonly date: (iso: string) => string;
  /** `1 Jan 2999, 20:00` */
  readonly shortDate: (iso: string) => string;
  readonly number: (value: number) => string;
  /** `9:05`; with hours where there are some: `1:09:05`. */
  readonly timeLeft: (durationMs: number) => string;
}

export function useFormat(): Format {
  const { language } = useLanguage();
  return useMemo(() => {
    const long = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' });
    const short = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    const numbers = new Intl.NumberFormat(language);
    return {
      date: (iso) => long.format(new Date(iso)),
      shortDate: (iso) => short.format(new Date(iso)),
      number: (value) => numbers.format(value),
      timeLeft,
    };
  }, [language]);
}

/** Whole seconds, rounded up: while any time is left it does not say 0:00. */
function timeLeft(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1_000));
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? part : String(part).padStart(2, '0'))).join(':');
}
