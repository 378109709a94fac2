import Table from 'cli-table3';
import type { Aims, Report, Verdict } from './report.ts';
import { roundsText, type Section, sectionsOf } from './sections.ts';

/** No lines: the rest is noise. */
const quietLines = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
};

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

function aimsText({ reached, missed, notMeasured }: Aims): readonly string[] {
  const measuredCount = reached.length + missed.length;
  if (measuredCount === 0) return [];
  const notReached = missed.length === 0 ? '' : ` Not reached: ${missed.join(', ')}.`;
  const unmeasured = notMeasured.length === 0 ? '' : ` Not measured: ${notMeasured.join(', ')}.`;
  return [
    `Speed:  ${reached.length} of ${measuredCount} aims reached.${notReached}${unmeasured}`,
    '        An aim that is missed does not change the exit code.',
  ];
}

function sectionText({ title, head, rows, wordColumns, notes }: Section): string {
  const table = new Table({
    chars: quietLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
    colAligns: head.map((_, column) => (wordColumns.includes(column) ? 'left' : 'right')),
  });
  table.push([...head], ...rows.map((row) => [...row]));
  const lines = table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd());
  return [title, ...lines, ...notes.flatMap(noteLines)].join('\n');
}

const lineWidthMax = 100;

/** Wrapped at spaces. */
function noteLines(note: string): readonly string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of note.split(' ')) {
    if (line.length + 1 + word.length > lineWidthMax) {
      lines.push(line);
      line = ' ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
