import { drawTable, type Layout, paragraph, verdictMark } from '@holdfast/command';
import type { SignedList } from '../checklist/sign.ts';

/**
 * The list for people: a line a point with its figure, the verdict, and who signs it.
 *
 * @example
 * //   [x] Check P99 latency < 100ms     38 ms of 500 answers, all 100 users of a crowd at once
 * //   6 of 6 points. PASS
 */
export function checklistText({ points, verdict, signed, digest }: SignedList, layout: Layout) {
  const rows = points.map(({ title, passed, figure }) => [
    passed ? layout.style('green', '[x]') : layout.style('red', '[ ]'),
    title,
    figure,
  ]);
  const passedCount = points.filter(({ passed }) => passed).length;
  const { by, at, commit, versions } = signed;
  const { node, postgres, redis } = versions;
  return [
    drawTable(rows, { width: layout.width, wraps: 2 }),
    '',
    `  ${passedCount} of ${points.length} points. ${verdictMark(verdict, layout)}`,
    '',
    `  Signed by ${by}, ${at}`,
    ...paragraph(`commit ${commit}`, layout),
    `  Node ${node}, PostgreSQL ${postgres}, ${redis === null ? 'no Redis' : `Redis ${redis}`}`,
    `  sha256 ${digest}`,
    '',
  ].join('\n');
}
