import type { lineLooks } from './chart-lines.ts';

const dashes = { solid: '', dashed: '10 5', dotted: '2 4', 'dash-dotted': '12 4 2 4' } as const;

/** A bit of a line as it looks in its chart. */
export function LineSample({ look }: { readonly look: (typeof lineLooks)[number] }) {
  return (
    <svg className={`line-sample line-${look}`} viewBox="0 0 40 8" aria-hidden="true">
      <line x1="1" x2="39" y1="4" y2="4" strokeDasharray={dashes[look]} />
    </svg>
  );
}
