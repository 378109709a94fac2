import { type ReactNode, useEffect, useRef } from 'react';

interface PageTitleProps {
  /** For the window, without markup. */
  readonly title: string;
  /** What is shown; the title unless said otherwise. */
  readonly children?: ReactNode;
}

/** The first page is read from its beginning; only who comes from another page is brought to the title. */
let isFirstPage = true;

/**
 * The heading of a page, which the window is named by. When the page changes the keyboard's place and a screen reader's
 * are here: a browser does so by itself only where it loads a page anew.
 */
export function PageTitle({ title, children = title }: PageTitleProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus();
    isFirstPage = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} className="page-title">
      <bdi>{children}</bdi>
    </h1>
  );
}
