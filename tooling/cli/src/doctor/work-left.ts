import { duration } from '@holdfast/command';
import { readWorkerLag } from '@holdfast/data';
import type { Check, Finding } from './check.ts';

/** A worker relays ten times a second, and sweeps once. */
const behindMsMax = 10_000;

/** Lapsed holds that nobody sweeps, and the oldest change that nobody was told of. */
export const workLeft: Check = {
  id: 'work-left',
  title: 'A worker sweeps lapsed holds and relays changes (outbox)',
  isPromise: false,
  async look({ database }) {
    const { feedMs, sweepMs } = await readWorkerLag(database, { sinceMs: behindMsMax });
    const findings: Finding[] = [];
    if (sweepMs > behindMsMax) {
      findings.push({
        severity: 'warning',
        found: `A hold lapsed ${duration(sweepMs)} ago, and nobody has swept it.`,
        means:
          'No seat is lost: lapsed holds count as free. But lists of what is available show their events late.',
        fix: startWorker,
      });
    }
    if (feedMs > behindMsMax) {
      findings.push({
        severity: 'warning',
        found: `The oldest outbox row waits for ${duration(feedMs)}.`,
        means:
          'Nobody is told of changes: those who watch an event hear seconds late, and cached reads get old.',
        fix: startWorker,
      });
    }
    const figure = `oldest outbox row ${duration(feedMs)}, unswept ${duration(sweepMs)}`;
    return { figure, findings };
  },
};

const startWorker =
  'Start a worker: DATABASE_URL=… REDIS_URL=… node apps/worker/main.js. If one runs already, its log says why it does not work.';
