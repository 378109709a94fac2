import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { latencyChart } from './charts/latency-chart.ts';
import { waysChart } from './charts/ways-chart.ts';
import type { Report } from './report.ts';
import type { Section } from './sections/section.ts';
import { replicatedSections, roundsText, sectionsOf } from './sections/sections.ts';

const path = (fromRoot: string) => fileURLToPath(new URL(`../../../${fromRoot}`, import.meta.url));

/**
 * Writes the tables into docs/performance.md, each between its markers, and the two charts beside
 * it. The prose around the markers stays. Gives the files that were written.
 */
export async function writeDocuments(report: Report): Promise<readonly string[]> {
  if (report.mode === 'replicated') return [await writeSections(replicatedSections(report))];
  const document = path('docs/performance.md');
  const text = await readFile(document, 'utf8');
  await writeFile(document, fillIn(text, report));
  const charts = [
    ['docs/performance-ways.svg', waysChart(report)],
    ['docs/performance-latency.svg', latencyChart(report)],
  ] as const;
  const drawn = charts.filter(([, svg]) => svg !== null);
  for (const [name, svg] of drawn) await writeFile(path(name), svg ?? '');
  return ['docs/performance.md', ...drawn.map(([name]) => name)];
}

/**
 * Writes tables that a part of the bench has measured by itself into docs/performance.md, each between
 * its markers. Gives the file's name.
 */
export async function writeSections(sections: readonly Section[]): Promise<string> {
  const document = path('docs/performance.md');
  await writeFile(document, fillInSections(await readFile(document, 'utf8'), sections));
  return 'docs/performance.md';
}

/**
 * The text with each table of a report in its place: between `<!-- bench:ways -->` and
 * `<!-- /bench:ways -->`. A table that was not measured stays as it was.
 *
 * @throws Error where a marker is missing.
 */
export function fillIn(text: string, report: Report): string {
  const { mode, machine } = report;
  const origin = `From \`pnpm bench\` (${mode}) on ${machine.cores} cores, Node ${machine.node}, ${machine.platform}: ${roundsText(report)}.`;
  return fillInSections(replaceBetween(text, 'origin', origin), sectionsOf(report));
}

function fillInSections(text: string, sections: readonly Section[]): string {
  return sections.reduce(
    (filled, section) => replaceBetween(filled, section.id, markdownTable(section)),
    text,
  );
}

function replaceBetween(text: string, id: string, content: string): string {
  const [begin, end] = [`<!-- bench:${id} -->`, `<!-- /bench:${id} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for ${begin}.`);
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}

/** A section as GitHub shows tables, and its notes below. */
export function markdownTable({ columns, rows, notes }: Section): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = columns.map(({ isWords }) => (isWords ? '---' : '--:'));
  const table = [
    line(columns.map(({ head }) => head)),
    `|${rule.join('|')}|`,
    ...rows.map(line),
  ].join('\n');
  return [table, ...notes].join('\n\n');
}
