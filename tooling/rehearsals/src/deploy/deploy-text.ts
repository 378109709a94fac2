import {
  drawTable,
  duration,
  figure,
  type Layout,
  paragraph,
  verdictMark,
} from '@holdfast/command';
import type { DeployFigures, DeployReport } from './deploy-report.ts';

/** What the rehearsal says to people. */
export function deployText({ runs, reasons, verdict }: DeployReport, layout: Layout): string {
  const head = ['', 'replaced', 'calls', 'failed', 'slowest', 'came back', 'missed'];
  const rows = runs.map(rowOf);
  return [
    '',
    drawTable(rows, { width: layout.width, head, rightAligned: [1, 2, 3, 4, 5, 6], wraps: 0 }),
    '',
    ...runs.filter(({ failed }) => failed > 0).flatMap((run) => paragraph(failuresOf(run), layout)),
    ...reasons.flatMap((reason) => paragraph(`✗ ${reason}`, layout)),
    `  ${verdictMark(verdict, layout)}`,
    '',
  ].join('\n');
}

function rowOf(run: DeployFigures): readonly string[] {
  return [
    nameOf(run),
    figure(run.replaced),
    figure(run.calls),
    figure(run.failed),
    duration(run.slowestMs),
    figure(run.cameBack),
    figure(run.missedChanges),
  ];
}

function nameOf({ proxy, control }: DeployFigures): string {
  return control === null ? proxy : `${proxy} ${control}`;
}

function failuresOf(run: DeployFigures): string {
  const kinds = Object.entries(run.failures).map(([kind, count]) => `${kind} (${count})`);
  return `${nameOf(run)}: ${kinds.join('; ')}.`;
}
