import type { Steps } from '@holdfast/command';
import { matrixReportOn } from './matrix-report.ts';
import { matrixText } from './matrix-text.ts';
import { measureMatrix } from './measure-matrix.ts';
import type { MatrixPlan } from './plan.ts';

/** Measures the matrix, and gives it as one line of JSON or as text. */
export async function runMatrix(plan: MatrixPlan, json: boolean, steps: Steps): Promise<string> {
  const report = matrixReportOn(plan, await measureMatrix(plan, steps));
  return json ? `${JSON.stringify(report)}\n` : `\n${matrixText(report)}`;
}
