import Table from 'cli-table3';
import type { Report } from './report.ts';
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
    verdict.verdict === 'pass'
      ? 'PASS: every way that claims to be safe is.'
      : ['FAIL', ...verdict.reasons.map((reason) => `  ${reason}`)].join('\n'),
    '',
  ].join('\n\n');
}

function sectionText({ title, head, rows, wordColumns }: Section): string {
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
  return [title, ...lines].join('\n');
}
