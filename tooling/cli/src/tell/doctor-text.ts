import { countOf, drawTable, type Layout, paragraph, verdictMark } from '@holdfast/command';
import { redactUrl } from '@holdfast/process';
import type { Finding, Severity } from '../doctor/check.ts';
import type { CheckReport, DoctorReport } from '../doctor/examine.ts';

const words: Readonly<Record<Severity, string>> = {
  danger: 'DANGER: a guarantee may be broken.',
  warning: 'Warning: it costs time.',
  note: 'Note.',
};

const ranks: readonly Severity[] = ['danger', 'warning', 'note'];

/**
 * A line a check; below it each finding, the worst first: what it is, what it means, and the fix.
 *
 * @example
 * //   ✓  Columns, constraints, indexes and migrations are right   all there
 * //   Of postgres://127.0.0.1:5432/holdfast: nothing endangers a promise. PASS
 */
export function doctorText(report: DoctorReport, url: string, layout: Layout): string {
  const { checks, verdict } = report;
  const rows = checks.map(({ title, figure, findings }) => [
    markOf(findings, layout),
    title,
    figure,
  ]);
  const found = checks.flatMap((check) => check.findings.map((finding) => ({ check, finding })));
  const worstFirst = ranks.flatMap((rank) =>
    found.filter(({ finding }) => finding.severity === rank),
  );
  const dangers = found.filter(({ finding }) => finding.severity === 'danger').length;
  const says = dangers === 0 ? 'nothing endangers a promise' : countOf(dangers, 'danger');
  return [
    drawTable(rows, { width: layout.width, wraps: 1 }),
    ...worstFirst.flatMap((each) => findingLines(each, layout)),
    '',
    ...paragraph(`Of ${redactUrl(url)}: ${says}. ${verdictMark(verdict, layout)}`, layout),
  ].join('\n');
}

function markOf(findings: readonly Finding[], layout: Layout): string {
  const has = (severity: Severity) => findings.some((finding) => finding.severity === severity);
  if (has('danger')) return layout.style('red', '✗');
  return has('warning') ? layout.style('yellow', '!') : layout.style('green', '✓');
}

function findingLines(
  { check, finding }: { readonly check: CheckReport; readonly finding: Finding },
  layout: Layout,
): readonly string[] {
  const { severity, found, means, fix } = finding;
  const style = { danger: 'red', warning: 'yellow', note: 'dim' } as const;
  return [
    '',
    `  ${layout.style(style[severity], `${check.id}: ${words[severity]}`)}`,
    ...paragraph(found, layout),
    ...paragraph(means, layout),
    ...paragraph(`Fix: ${fix}`, layout),
  ];
}
