import { useMemo } from 'react';
import { useLanguage } from '../../language/language-provider.tsx';

/** How the console writes times of day, durations and counts. */
export interface LiveFormat {
  /** `12:03:04` */
  readonly time: (iso: string | number) => string;
  readonly count: (value: number | null) => string;
  /** `9.5 ms`, with as many digits as are known. */
  readonly milliseconds: (value: number | null) => string;
}

/** There is no figure. */
const none = '–';

export function useLiveFormat(): LiveFormat {
  const { language } = useLanguage();
  return useMemo(() => {
    const times = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
    const counts = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const durations = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
    return {
      time: (iso) => times.format(new Date(iso)),
      count: (value) => (value === null ? none : counts.format(value)),
      milliseconds: (value) => (value === null ? none : `${durations.format(value)} ms`),
    };
  }, [language]);
}
