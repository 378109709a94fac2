import { chartOf, pageOf, type Part, partOf, tableOf } from '@holdfast/report';
import { latencyChart } from './charts/latency-chart.ts';
import { ratiosChart } from './charts/ratios-chart.ts';
import { waysChart } from './charts/ways-chart.ts';
import type { Report } from './report.ts';
import type { Section } from './sections/section.ts';
import { roundsText, sectionsOf } from './sections/sections.ts';
import { aimsText } from './report-text.ts';

/** The charts of a section. Its table has the same figures. */
const chartsOf: Partial<Record<Section['id'], readonly ((report: Report) => string | null)[]>> = {
  ratios: [ratiosChart],
  ways: [waysChart, latencyChart],
};

/** The report as a page of its own: the tables of the terminal, and the charts of the documents. */
export function reportPage(report: Report, at: Date): string {
  const { mode, machine } = report;
  const { verdict, reasons } = report.verdict;
  const { cores, node, platform } = machine;
  const safe =
    verdict === 'pass'
      ? 'Every way that claims to be safe is.'
      : 'A way that claims to be safe is not.';
  return pageOf({
    title: `Holdfast bench (${mode})`,
    lead: safe,
    verdict,
    reasons,
    parts: [...sectionsOf(report).map((section) => sectionPart(section, report)), settings(report)],
    json: report,
    origin: `${at.toISOString()}, on ${cores} cores, Node ${node}, ${platform}.`,
  });
}

function sectionPart(section: Section, report: Report): Part {
  const charts = (chartsOf[section.id] ?? []).flatMap((draw) => draw(report) ?? []);
  const table = tableOf({ caption: section.title, ...section });
  return partOf(section.title, [...charts.map(chartOf), table], section.notes);
}

function settings(report: Report): Part {
  const rows = [
    ['plan', report.mode],
    ['rounds', roundsText(report)],
    [
      'speed',
      aimsText(report.aims)
        .map((line) => line.trim())
        .join(' ') || 'no aim was measured',
    ],
  ];
  const columns = ['setting', 'value'].map((head) => ({ head, isWords: true }));
  return partOf('Settings', [tableOf({ caption: 'Settings', columns, rows })]);
}
