import { messageOf } from '@holdfast/command';
import { readIdentity } from '@holdfast/data';
import type { Check, Examined, Finding, Patient } from './check.ts';
import { clocks } from './clocks.ts';
import { drift } from './drift.ts';
import { durability } from './durability.ts';
import { plans } from './plans.ts';
import { pooling } from './pooling.ts';
import { promises } from './promises.ts';
import { redis } from './redis.ts';
import { checkRetention } from './retention.ts';
import { schema } from './schema.ts';
import { settings } from './settings.ts';
import { slowStatements } from './slow-statements.ts';
import { tables } from './tables.ts';
import { versions } from './versions.ts';
import { workLeft } from './work-left.ts';

/** What is looked at, in this order: what a promise rests on comes first. */
const checks: readonly Check[] = [
  schema,
  promises,
  durability,
  redis,
  drift,
  settings,
  pooling,
  clocks,
  workLeft,
  plans,
  tables,
  checkRetention(),
  slowStatements,
  versions,
];

/** A check and what it showed. */
export interface CheckReport extends Examined {
  readonly id: string;
  readonly title: string;
}

/** What `doctor --json` prints. */
export interface DoctorReport {
  readonly verdict: 'pass' | 'fail';
  readonly checks: readonly CheckReport[];
}

/**
 * Looks at everything, one check after the other, and changes nothing. It fails where something endangers a
 * promise; a check that cannot look is a finding itself.
 *
 * @throws DatabaseUnavailable where PostgreSQL is away: there is nothing to look at
 * @example (await examine(patient)).verdict // 'pass'
 */
export async function examine(patient: Patient): Promise<DoctorReport> {
  await readIdentity(patient.database);
  const reports: CheckReport[] = [];
  for (const check of checks) {
    const { id, title } = check;
    reports.push({ id, title, ...(await lookOrSay(check, patient)) });
  }
  const findings = reports.flatMap((report) => report.findings);
  const isEndangered = findings.some(({ severity }) => severity === 'danger');
  return { verdict: isEndangered ? 'fail' : 'pass', checks: reports };
}

async function lookOrSay(check: Check, patient: Patient): Promise<Examined> {
  try {
    return await check.look(patient);
  } catch (error) {
    return { figure: 'not known', findings: [unlooked(check, error)] };
  }
}

function unlooked({ isPromise }: Check, error: unknown): Finding {
  return {
    severity: isPromise ? 'danger' : 'warning',
    found: `It could not be looked at: ${reasonOf(error)}`,
    means: 'Nobody knows whether it is right.',
    fix: 'See that PostgreSQL and Redis answer at their URLs, fix what the other findings say, and run doctor again, as the role that owns the tables where a right is missing.',
  };
}

/** An error's message and those of its causes. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? messageOf(error) : `${messageOf(error)} ${reasonOf(cause)}`;
}
