import { exitCode, figure, median, say, type Steps } from '@holdfast/command';
import { writeSections } from '../documents.ts';
import { msText } from '../numbers.ts';
import { sectionText } from '../report-text.ts';
import { section, type Section } from '../sections/section.ts';
import { isHarmless } from './harmless.ts';
import { abuseTitles } from './kinds.ts';
import { type AbusePlan, type AbuseRow, measureAbuse } from './measure-abuse.ts';

interface Output {
  readonly json?: boolean;
  /** Into docs/performance.md. */
  readonly write?: boolean;
}

/** Measures what an abuser costs others, tells it, and gives the exit code: 1 where it costs them too much. */
export async function runAbuse(plan: AbusePlan, output: Output, steps: Steps): Promise<number> {
  const rows = await measureAbuse(plan, steps);
  const table = abuseSection(plan, rows);
  say({ json: { rows }, text: () => `\n${sectionText(table)}\n` }, output);
  if (output.write === true) steps.note(`Written: ${await writeSections([table])}`);
  return rows.every(isHarmless) ? exitCode.kept : exitCode.broken;
}

function abuseSection(
  { connections, abuserConnections, roundCount, durationMs }: AbusePlan,
  rows: readonly AbuseRow[],
): Section {
  return section<AbuseRow>({
    id: 'abuse',
    title: `What one abuser costs ${figure(connections)} connections that book`,
    columns: [
      ['the abuser sends', ({ name }) => abuseTitles[name], 'words'],
      ['limits', ({ isLimited }) => (isLimited ? 'on' : 'off'), 'words'],
      ['of the api’s core', ({ shares }) => tenthsText(shares.api)],
      ['of PostgreSQL’s', ({ shares }) => tenthsText(shares.postgres)],
      ['bookings/s without it', ({ bookingsPerSecond }) => figure(bookingsPerSecond)],
      ['with it, of that', ({ ratios }) => ratioOf(ratios)],
      ['processor time a booking, ratio', ({ microsRatios }) => ratioOf(microsRatios)],
      ['p99 ms without', ({ p99Ms }) => msText(p99Ms.without)],
      ['with', ({ p99Ms }) => msText(p99Ms.with)],
      ['honest calls that failed', ({ failedCount }) => figure(failedCount)],
      ['the abuser was answered', ({ statuses }) => statusesText(statuses), 'words'],
    ],
    rows,
    notes: [
      `By \`pnpm bench --abuse\`: medians of ${figure(roundCount)} rounds of four loads of ${(durationMs / 1_000).toFixed(1)} s each, two with the abuser (${figure(abuserConnections)} connections, one user, one address) and two without. Ratios are medians of the rounds' own, with the least and the most in brackets.`,
      'Limits are a fifth of those advised in a fifth of the time (60 calls in 2 s), so that each load has a whole window of them. Of a core: the processor time that the abuser takes when nobody else calls. It and the processor time for each honest booking (of api and PostgreSQL) say more than the rates, which differ by more than 5 % from load to load. The abuser runs on the same machine, and gives way to all others there.',
    ],
  });
}

const tenthsText = (share: number) => `${(share * 100).toFixed(1)} %`;

function ratioOf(ratios: readonly number[]): string {
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(3)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

function statusesText(statuses: AbuseRow['statuses']): string {
  const texts = Object.entries(statuses).map(([status, count]) => `${status}: ${figure(count)}`);
  return texts.join(', ') || '–';
}
