/** Both charts are as wide as GitHub's column of text is on a laptop. */
export const chartWidth = 760;

/** Legible on white and on GitHub's dark background. */
const style = `
  text { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #1f2328; }
  .title { font-weight: 600; font-size: 15px; }
  .muted { fill: #59636e; font-size: 12px; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .mark { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 5 4; }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .muted { fill: #9198a1; }
    .grid { stroke: #3d444d; }
    .mark { stroke: #9198a1; }
  }`;

/** An SVG with a title that screen readers say, too. */
export function svg(
  { title, height }: { readonly title: string; readonly height: number },
  parts: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${chartWidth} ${height}" width="${chartWidth}" height="${height}" role="img" aria-label="${escape(title)}">
<style>${style}
</style>
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

function escape(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A colour a way, told apart on white, on black, and by most of the colour-blind. */
const colours: Readonly<Record<string, string>> = {
  guide_optimistic: '#bf8700',
  row_lock: '#8250df',
  one_update: '#0a7ea4',
  guide_admission: '#d1242f',
  holdfast_without_admission: '#57ab5a',
  holdfast: '#1a7f37',
};

export function colourOf(way: string): string {
  return colours[way] ?? '#59636e';
}
