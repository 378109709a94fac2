import { type Layout, paragraph } from '@holdfast/command';

interface Finding {
  readonly id: string;
  readonly violations: readonly unknown[];
}

/** Broken where the worker is not there or has fallen behind: no seat is wrong. */
const ofTheWorker: readonly string[] = ['I7'];

const workerAdvice =
  'I7 alone does no harm, because lapsed holds count as free seats. Nobody has swept them: check that the worker runs, and read its log.';

const steps = [
  'What to do, now:',
  '1. Stop selling. One event: event.close, as its organizer or as an admin. All of them: stop the api processes (SIGTERM). Nothing is sold without them, what is sold stays, and callers may ask again with the same ids.',
  '2. Keep the evidence: a copy by pg_dump, and the logs, before anything is changed.',
  '3. Look. "pnpm holdfast audit --event <id> --json" has all rows of one event. Its ledger has every step, in order: select * from ledger where event_id = \'<id>\' order by version, position.',
  'docs/runbook.md, "HoldfastPromiseBroken", has the commands.',
];

/**
 * What to do about an audit's findings, as lines; none where every promise is kept.
 *
 * @example adviceOn(report.invariants, layout) // ['', '  What to do, now:', '  1. Stop selling. …', …]
 */
export function adviceOn(findings: readonly Finding[], layout: Layout): readonly string[] {
  const broken = findings.filter(({ violations }) => violations.length > 0).map(({ id }) => id);
  if (broken.length === 0) return [];
  const isHarmless = broken.every((id) => ofTheWorker.includes(id));
  return ['', ...(isHarmless ? [workerAdvice] : steps).flatMap((step) => paragraph(step, layout))];
}
