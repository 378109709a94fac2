import type { Database } from '@holdfast/data';
import { createRetention, type Retention } from '@holdfast/engine/worker';
import { createLogger } from '@holdfast/process';

/** What the worker did at the end of a month. */
export interface RetainedMonth {
  readonly archivedEvents: number;
  readonly removedRows: number;
  readonly failedEvents: number;
  readonly ms: number;
}

/** Runs in a row, each of ten seconds at most. */
const runCountMax = 60;

/** Runs the worker's job as if it were `now`, until there is nothing left to do. */
export async function retainMonth(
  database: Database,
  { retention, now }: { readonly retention: Retention; readonly now: number },
  signal: AbortSignal,
): Promise<RetainedMonth> {
  const log = createLogger({
    service: 'year',
    level: 'error',
    secrets: [],
    stream: process.stderr,
  });
  const retain = createRetention();
  const beganAt = performance.now();
  const done = { archivedEvents: 0, removedRows: 0, failedEvents: 0 };
  for (let run = 1; run <= runCountMax && !signal.aborted; run += 1) {
    const report = await retain({ database, log, retention, now, signal });
    done.archivedEvents += report.archivedEventCount;
    done.removedRows += report.removedRowCount + report.removedOutboxRowCount;
    done.failedEvents += report.failedEventCount;
    if (report.isComplete) break;
  }
  return { ...done, ms: performance.now() - beganAt };
}
