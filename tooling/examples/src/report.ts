import { sum } from '@holdfast/command';
import type { Finding, Told } from './example.ts';
import type { Storm } from './storm.ts';

/** What `--json` prints. */
export interface Report {
  readonly example: string;
  readonly users: number;
  readonly processes: number;
  readonly seed: number;
  readonly durationMs: number;
  /** How many users were told what. */
  readonly answers: Readonly<Record<string, number>>;
  /** Users who were told nothing that is certain. */
  readonly unanswered: number;
  /** Rows that were sold more often than they are there. */
  readonly oversold: number;
  /** Rows that break any rule. */
  readonly violations: number;
  readonly rules: readonly Finding[];
  readonly verdict: 'pass' | 'fail';
}

interface Stormed {
  readonly storm: Storm;
  readonly told: readonly Told[];
  readonly findings: readonly Finding[];
  readonly durationMs: number;
}

/** Passes where no rule is broken, and everybody was told something certain. */
export function reportOn({ storm, told, findings, durationMs }: Stormed): Report {
  const { name, userCount, processCount, seed } = storm;
  const oversales = findings.filter(({ isOversale }) => isOversale);
  const oversold = sum(oversales.map(({ count }) => count));
  const violations = sum(findings.map(({ count }) => count));
  const answered = told.filter(({ answer }) => isCertain(answer)).length;
  const isKept = violations === 0 && answered === userCount;
  return {
    example: name,
    users: userCount,
    processes: processCount,
    seed,
    durationMs,
    answers: countsOf(told),
    unanswered: userCount - answered,
    oversold,
    violations,
    rules: findings,
    verdict: isKept ? 'pass' : 'fail',
  };
}

function isCertain(answer: string): boolean {
  return answer !== 'unknown' && !answer.startsWith('failed');
}

/** The commonest answer first. */
function countsOf(told: readonly Told[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { answer } of told) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return Object.fromEntries([...counts].toSorted(([, some], [, other]) => other - some));
}
