import { type RefObject, useEffect, useState } from 'react';
import { lineLooks } from './chart-lines.ts';

/** Colours of the theme as a canvas takes them. */
export interface Colours {
  readonly lines: readonly string[];
  readonly ink: string;
  readonly grid: string;
  readonly font: string;
}

/**
 * The colours that the page has now: the element holds a sample of each line (`line-solid`, …). They are read again
 * when somebody chooses other colours, or the system does.
 */
export function useColours(element: RefObject<HTMLElement | null>): Colours | null {
  const [colours, setColours] = useState<Colours | null>(null);
  useEffect(() => {
    const read = () => {
      if (element.current !== null) setColours(coloursIn(element.current));
    };
    read();
    const chosen = new MutationObserver(read);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-wall'] });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', read);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', read);
    };
  }, [element]);
  return colours;
}

function coloursIn(element: HTMLElement): Colours {
  const styleOf = (selector: string) => {
    const sample = element.querySelector(selector);
    return sample === null ? null : getComputedStyle(sample);
  };
  const text = getComputedStyle(element);
  return {
    lines: lineLooks.map((look) => styleOf(`.line-${look}`)?.color ?? text.color),
    ink: text.color,
    grid: styleOf('.chart-grid')?.color ?? text.color,
    font: `${text.fontSize} ${text.fontFamily}`,
  };
}
