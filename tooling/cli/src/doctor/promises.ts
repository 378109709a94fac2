import { countOf, figure } from '@holdfast/command';
import { auditNext, type InvariantReport } from '@holdfast/data';
import type { Check, Finding, Patient } from './check.ts';

/** Commits and seats that one snapshot looks at: some tenths of a second. */
const weightMax = 20_000;

/** A large database takes longer: the rest is for `audit`. */
const auditMsMax = 10_000;

/** The invariants I1 to I10, as `audit` checks them, but part by part and for a bounded time. */
export const promises: Check = {
  id: 'promises',
  title: 'The data keeps every guarantee (I1 to I10)',
  isPromise: true,
  async look(patient) {
    const { broken, isWhole, violationCount } = await auditParts(patient);
    const notWhole: Finding = {
      severity: 'note',
      found: `After ${auditMsMax / 1_000} s only a part of the events had been looked at.`,
      means: 'What was looked at is told here; of the rest nothing is known.',
      fix: 'pnpm holdfast audit',
    };
    return {
      figure: countOf(violationCount, 'violation'),
      findings: [...broken.map(findingOf), ...(isWhole ? [] : [notWhole])],
    };
  },
};

async function auditParts({ database }: Patient) {
  const deadline = performance.now() + auditMsMax;
  const broken: InvariantReport[] = [];
  let after: string | null = null;
  do {
    const part: Awaited<ReturnType<typeof auditNext>> = await auditNext(database, {
      after,
      weightMax,
    });
    broken.push(...part.invariants.filter(({ violations }) => violations.length > 0));
    after = part.next;
  } while (after !== null && performance.now() < deadline);
  const violationCount = broken.reduce((count, { violations }) => count + violations.length, 0);
  return { broken, isWhole: after === null, violationCount };
}

/** Broken where nobody sweeps: no seat is wrong, and `unswept holds` says it better. */
const ofTheWorker = 'I7';

function findingOf({ id, title, violations }: InvariantReport): Finding {
  const found = `${id} is broken by ${figure(violations.length)} rows: ${title}. The first: ${JSON.stringify(violations[0])}`;
  if (id === ofTheWorker) {
    const means = 'No seat is wrong, because lapsed holds count as free. But nobody sweeps them.';
    return { severity: 'warning', found, means, fix: 'Start a worker: node apps/worker/main.js' };
  }
  return {
    severity: 'danger',
    found,
    means: 'A bug, or somebody changed rows by hand. Seats may be sold twice, or not at all.',
    fix: 'Stop selling, keep a dump, then look: pnpm holdfast audit --json; docs/runbook.md, "HoldfastPromiseBroken", has each step.',
  };
}
