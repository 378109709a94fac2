import { countOf, drawTable, figure, type Layout, paragraph, verdictMark } from '@holdfast/command';
import type { AuditReport } from '@holdfast/data';
import { redactUrl } from '@holdfast/process';
import type { Evidence } from '../judge/evidence.ts';
import { adviceOn } from './advice.ts';

/** One promise and the rows or bookings that break it. */
interface AuditLine {
  readonly id: string;
  readonly title: string;
  readonly violations: readonly unknown[];
}

/** Rows shown of each broken promise; `--json` has the rest. */
const rowCountMax = 5;

interface Audited {
  readonly url: string;
  readonly eventCount: number;
}

/**
 * An audit as a table, a line a promise, below it some of the rows that break one, what was looked
 * at, the verdict, and what to do where a promise is broken.
 *
 * @example
 * //   ✓  I1  no event has sold or held more seats than it has     0
 * //   12 events of postgres://127.0.0.1:5432/holdfast: every promise kept. PASS
 */
export function auditText(report: AuditReport, audited: Audited, layout: Layout): string {
  const { violationCount, invariants } = report;
  const isKept = violationCount === 0;
  const result = isKept ? 'every promise kept' : countOf(violationCount, 'violation');
  const verdict = `${result}. ${verdictMark(isKept ? 'pass' : 'fail', layout)}`;
  const place = `${countOf(audited.eventCount, 'event')} of ${redactUrl(audited.url)}`;
  return [
    linesText(invariants, layout),
    '',
    ...paragraph(`${place}: ${verdict}`, layout),
    ...adviceOn(invariants, layout),
  ].join('\n');
}

/** As `auditText`, with what the callers were told against what the database holds (H1, H2). */
export function evidenceText(evidence: Evidence, layout: Layout): string {
  return linesText(promisesIn(evidence), layout);
}

/** Every promise that a run's evidence tells of, the kept ones too. */
export function promisesIn({
  audit,
  lostAcknowledged,
  unexplained,
}: Evidence): readonly AuditLine[] {
  const h1 = 'every acknowledged booking is in the database, once, confirmed, of its user';
  const h2 = 'nothing is in the database that nobody was told of';
  return [
    ...audit.invariants,
    { id: 'H1', title: h1, violations: lostAcknowledged },
    { id: 'H2', title: h2, violations: unexplained },
  ];
}

function linesText(lines: readonly AuditLine[], layout: Layout): string {
  const rows = lines.map(({ id, title, violations }) => {
    const mark = violations.length === 0 ? layout.style('green', '✓') : layout.style('red', '✗');
    return [mark, id, title, figure(violations.length)];
  });
  const head = ['', '', 'promise', 'broken'].map((text) => layout.style('dim', text));
  const table = drawTable(rows, { width: layout.width, head, rightAligned: [3], wraps: 2 });
  return [table, ...lines.flatMap((line) => rowsText(line, layout))].join('\n');
}

function rowsText(line: AuditLine, layout: Layout): readonly string[] {
  const [head, ...rows] = brokenBy(line);
  if (head === undefined) return [];
  const shown = rows.flatMap((row) => paragraph(row, layout));
  return ['', layout.style('red', `  ${head}`), ...shown];
}

/** What breaks a promise, a line a row, some of the rows; nothing of one that is kept. */
export function brokenBy({ id, violations }: AuditLine): readonly string[] {
  if (violations.length === 0) return [];
  const hidden = violations.length - rowCountMax;
  return [
    `${id} is broken by:`,
    ...violations.slice(0, rowCountMax).map((row) => `· ${valuesText(row)}`),
    ...(hidden > 0 ? [`… and ${figure(hidden)} more (--json shows them)`] : []),
  ];
}

/** @example valuesText({ event_id: '…', held: 2 }) // 'event_id …, held 2' */
function valuesText(row: unknown): string {
  if (typeof row !== 'object' || row === null) return String(row);
  return Object.entries(row)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}
