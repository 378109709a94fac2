import { escape } from './html.ts';

/** Charts are as wide as GitHub's column of text is on a laptop. */
export const chartWidth = 760;

/** Legible on white and on a dark background. It is dark on a screen alone: paper is white. */
export const chartStyle = `
  svg text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  svg .title { font-weight: 600; font-size: 15px; }
  svg .muted { fill: #59636e; font-size: 12px; }
  svg .grid { stroke: #d1d9e0; stroke-width: 1; }
  svg .mark { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 5 4; }
  svg .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
  svg .spread { stroke: #1f2328; stroke-width: 1.5; }
  @media screen and (prefers-color-scheme: dark) {
    svg text { fill: #f0f6fc; }
    svg .muted { fill: #9198a1; }
    svg .grid { stroke: #3d444d; }
    svg .mark { stroke: #9198a1; }
    svg .spread { stroke: #f0f6fc; }
  }
`;

/** Told apart on white, on black, and by most of the colour-blind. */
export const colours = {
  amber: '#bf8700',
  violet: '#8250df',
  blue: '#0a7ea4',
  red: '#d1242f',
  pink: '#bf3989',
  lightGreen: '#57ab5a',
  green: '#1a7f37',
  grey: '#59636e',
} as const;

/** An SVG with a title that screen readers say, too. It stands alone, or in a page as it is. */
export function svg(
  { title, height }: { readonly title: string; readonly height: number },
  parts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${chartWidth} ${height}" width="${chartWidth}" height="${height}" role="img" aria-label="${escape(title)}">
<style>${chartStyle}</style>
${text({ x: 4, y: 18, className: 'title' }, title)}
${parts.join('\n')}
</svg>
`;
}

interface TextPlace {
  readonly x: number;
  readonly y: number;
  readonly className?: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A line of text. */
export function text({ x, y, className, anchor = 'start' }: TextPlace, content: string): string {
  const named = className === undefined ? '' : ` class="${className}"`;
  return `<text x="${px(x)}" y="${px(y)}" text-anchor="${anchor}"${named}>${escape(content)}</text>`;
}

/** A coordinate, to a tenth. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
