import { drawTable, type Layout, paragraph, verdictMark } from '@holdfast/command';

interface Judged {
  readonly reasons: readonly string[];
  readonly seed: number;
  readonly verdict: 'pass' | 'fail';
}

/** What a rehearsal says to people: what it found, why that is not enough, the seed to repeat it with, and its verdict. */
export function judgedText(found: readonly string[], judged: Judged, layout: Layout): string {
  return [
    '',
    ...found,
    '',
    ...judged.reasons.flatMap((reason) => paragraph(`✗ ${reason}`, layout)),
    `  Seed ${judged.seed}. ${verdictMark(judged.verdict, layout)}`,
    '',
  ].join('\n');
}

/** What was found, as one figure a row. */
export function figuresTable(rows: readonly (readonly string[])[], { width }: Layout): string {
  return drawTable(rows, { width, rightAligned: [1], wraps: 0 });
}
