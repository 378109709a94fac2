import { exitCodeOfVerdict, say, type Steps } from '@holdfast/command';
import { writeSections } from '../documents.ts';
import { sectionText } from '../report-text.ts';
import { growthReportOn } from './growth-report.ts';
import { growthSection } from './growth-section.ts';
import { measureGrowth } from './measure-growth.ts';
import type { GrowthPlan } from './plan.ts';

interface Output {
  readonly json?: boolean;
  /** Into docs/performance.md. */
  readonly write?: boolean;
}

/** Measures what growth costs, tells it, and gives the exit code. */
export async function runGrowth(plan: GrowthPlan, output: Output, steps: Steps): Promise<number> {
  const report = growthReportOn(plan, await measureGrowth(plan, steps));
  const section = growthSection(report);
  say({ json: report, text: () => `\n${sectionText(section)}\n` }, output);
  if (output.write === true) steps.note(`Written: ${await writeSections([section])}`);
  return exitCodeOfVerdict(report.verdict.verdict);
}
