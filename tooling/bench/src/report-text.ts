import { drawTable, paragraph } from '@holdfast/command';
import type { Aims, Report, Verdict } from './report.ts';
import type { Section } from './sections/section.ts';
import { roundsText, sectionsOf } from './sections/sections.ts';

/** The report for a terminal: a table a section, and the verdict. */
export function reportText(report: Report): string {
  const { mode, machine, verdict } = report;
  const { cores, node, platform } = machine;
  return [
    `${mode} bench, ${roundsText(report)}, ${cores} cores, Node ${node}, ${platform}`,
    ...sectionsOf(report).map(sectionText),
    [verdictText(verdict), ...aimsText(report.aims)].join('\n'),
    '',
  ].join('\n\n');
}

/** Whether the bench passes is about safety alone, and is said so. */
function verdictText({ verdict, reasons }: Verdict): string {
  if (verdict === 'pass') return 'Safety: PASS. Every way that claims to be safe is.';
  return ['Safety: FAIL', ...reasons.map((reason) => `  ${reason}`)].join('\n');
}

/** How many aims of speed were reached, and which were not; nothing where none was measured. */
export function aimsText({ reached, missed, notMeasured }: Aims): readonly string[] {
  const measuredCount = reached.length + missed.length;
  if (measuredCount === 0) return [];
  const notReached = missed.length === 0 ? '' : ` Not reached: ${missed.join(', ')}.`;
  const unmeasured = notMeasured.length === 0 ? '' : ` Not measured: ${notMeasured.join(', ')}.`;
  return [
    `Speed:  ${reached.length} of ${measuredCount} aims reached.${notReached}${unmeasured}`,
    '        An aim that is missed does not change the exit code.',
  ];
}

/** Nothing of a table is cut short. */
const tableWidth = Infinity;
const noteWidth = 100;

/** A table for a terminal, with its title and its notes. */
export function sectionText({ title, columns, rows, notes }: Section): string {
  const head = columns.map((column) => column.head);
  const rightAligned = columns.flatMap(({ isWords }, index) => (isWords ? [] : [index]));
  const table = drawTable(rows, { width: tableWidth, head, rightAligned });
  return [title, table, ...notes.flatMap((note) => paragraph(note, { width: noteWidth }))].join(
    '\n',
  );
}
