import type { Report } from '../report.ts';
import { arrivalsSection } from './arrivals-section.ts';
import { besideSection } from './beside-section.ts';
import { ceilingSection } from './ceiling-section.ts';
import { layerSection } from './layer-section.ts';
import { ratioSection } from './ratio-section.ts';
import { scaleSection } from './scale-section.ts';
import type { Section } from './section.ts';
import { sellOutSection, waySection } from './way-sections.ts';

/** The tables of a report; those with nothing in them are left out. */
export function sectionsOf(report: Report): readonly Section[] {
  return [
    ratioSection(report),
    waySection(report),
    sellOutSection(report),
    ceilingSection(report),
    arrivalsSection(report),
    besideSection(report),
    scaleSection(report),
    layerSection(report),
  ].filter(({ rows }) => rows.length > 0);
}

/** Those of a replicated bench, which stand in the documents beside the others. */
export function replicatedSections(report: Report): readonly Section[] {
  const note = `By \`pnpm bench --replicated\`: ${roundsText(report)}. PostgreSQL's µs are those of the first server alone.`;
  const { notes, ...section } = waySection(report);
  return [{ ...section, id: 'replicated', notes: [note, ...notes.slice(1)] }];
}

/** Of how many rounds the figures are medians. */
export function roundsText({ rounds, furtherRounds }: Report): string {
  return `medians of ${rounds} rounds, and of ${furtherRounds} where no ratio is taken`;
}
