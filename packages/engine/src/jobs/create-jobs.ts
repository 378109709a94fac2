import type { Admission } from '@holdfast/redis';
import { type Database, readNow } from '@holdfast/data';
import type { Logger } from '@holdfast/process';
import type { Backend } from './backend.ts';
import { createInvariantsCheck } from './check-invariants.ts';
import { type Consumer, deliverTo } from './consumer.ts';
import { expireHolds } from './expire-holds.ts';
import type { Job } from './job.ts';
import { reconcile, reconcileEvents } from './reconcile.ts';
import { relay } from './relay.ts';
import { createRetention, noRetention, type Retention } from './retain.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** A hold must be swept within 5 s of lapsing. */
const sweepEveryMs = 1_000;
const reconcileEveryMs = 10_000;
/** A watcher sees a change so much later than its commit. */
const relayEveryMs = 100;
/** What is over for days may wait for a minute. */
const retainEveryMs = 60_000;

export interface JobParts {
  readonly database: Database;
  readonly backend: Pick<Backend, 'admission' | 'consumers' | 'frequentJobsScheduledBy'>;
  readonly log: Logger;
  readonly metrics: WorkerMetrics;
  readonly auditEveryMs: number;
  /** Default: nothing leaves the tables. */
  readonly retention?: Retention;
  /** Who else is told of every change. */
  readonly consumers?: readonly Consumer[];
}

/** All that the worker does. */
export function createJobs(parts: JobParts): readonly Job[] {
  const { admission } = parts.backend;
  const { retention = noRetention } = parts;
  const retainsAll = retention.eventDays === null && retention.outboxHours === null;
  return [
    expireHoldsJob(parts),
    relayOutboxJob(parts),
    auditJob(parts),
    ...(retainsAll ? [] : [retainJob(parts, retention)]),
    ...(admission === null ? [] : [reconcileJob(parts, admission)]),
  ];
}

function expireHoldsJob({ database, backend: { admission }, log, metrics }: JobParts): Job {
  return {
    name: 'expire-holds',
    subject: 'Sweeping',
    everyMs: sweepEveryMs,
    scheduledBy: 'queue',
    isNeededToBeReady: true,
    isRunAtStart: true,
    async run(signal) {
      // Without this, Redis knows of the freed seats only when somebody asks for them.
      const tellRedis = async (eventIds: readonly string[]) => {
        if (admission === null) return;
        const parts = { database, admission, log, metrics, signal };
        // Where Redis is away, the reconciliation says so.
        await reconcileEvents(parts, eventIds).catch(() => undefined);
      };
      const report = await expireHolds({ database, log, signal, onSwept: tellRedis });
      const { expiredHoldCount, cancelledBookingCount, failedEventCount } = report;
      metrics.expiredHolds.inc(expiredHoldCount);
      metrics.cancelledBookings.inc(cancelledBookingCount);
      const isWorthSaying = expiredHoldCount + cancelledBookingCount + failedEventCount > 0;
      if (isWorthSaying) log.info(report, 'bookings swept');
      return report;
    },
  };
}

function relayOutboxJob({ database, backend, log, metrics, consumers = [] }: JobParts): Job {
  const deliver = deliverTo([...backend.consumers, ...consumers], { log });
  return {
    name: 'relay-outbox',
    subject: 'Relaying',
    everyMs: relayEveryMs,
    scheduledBy: backend.frequentJobsScheduledBy,
    isNeededToBeReady: true,
    isRunAtStart: true,
    run: (signal) => relay({ database, deliver, metrics, signal }),
  };
}

function auditJob({ database, log, metrics, auditEveryMs }: JobParts): Job {
  const checkInvariants = createInvariantsCheck();
  return {
    name: 'audit',
    subject: 'Auditing',
    everyMs: auditEveryMs,
    scheduledBy: 'queue',
    isNeededToBeReady: false,
    // A big database takes long, and one that is restarted again and again has other troubles.
    isRunAtStart: false,
    run: (signal) => checkInvariants({ database, log, metrics, signal }),
  };
}

function retainJob({ database, log, metrics }: JobParts, retention: Retention): Job {
  const retain = createRetention();
  return {
    name: 'retain',
    subject: 'Retaining',
    everyMs: retainEveryMs,
    scheduledBy: 'queue',
    isNeededToBeReady: false,
    // As for the audit.
    isRunAtStart: false,
    async run(signal) {
      const now = await readNow(database);
      const report = await retain({ database, log, retention, signal, now });
      const { archivedEventCount, removedRowCount, removedOutboxRowCount } = report;
      metrics.archivedEvents.inc(archivedEventCount);
      metrics.removedRows.inc({ of: 'archived' }, removedRowCount);
      metrics.removedRows.inc({ of: 'outbox' }, removedOutboxRowCount);
      if (archivedEventCount + removedOutboxRowCount > 0) log.info(report, 'old rows removed');
      return report;
    },
  };
}

function reconcileJob({ database, log, metrics }: JobParts, admission: Admission): Job {
  return {
    name: 'reconcile',
    subject: 'Reconciling',
    everyMs: reconcileEveryMs,
    scheduledBy: 'queue',
    isNeededToBeReady: true,
    isRunAtStart: true,
    run: (signal) => reconcile({ database, admission, log, metrics, signal }),
  };
}
