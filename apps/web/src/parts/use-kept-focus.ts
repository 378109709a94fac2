import { type RefObject, useEffect, useRef } from 'react';

/**
 * When what had the keyboard is gone, because `state` is another one, the keyboard goes on at this element; where it is
 * anywhere else it stays. Give the element `tabIndex={-1}`.
 *
 * @example const heading = useKeptFocus<HTMLHeadingElement>(hold.status);
 */
export function useKeptFocus<Element extends HTMLElement>(
  state: string,
): RefObject<Element | null> {
  const element = useRef<Element>(null);
  const before = useRef(state);
  useEffect(() => {
    if (before.current === state) return;
    before.current = state;
    if (document.activeElement === document.body) element.current?.focus();
  }, [state]);
  return element;
}
