import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { evictsGauge } from '../metrics/evicts-gauge.ts';

/** What the worker counts. docs/watching.md says what to make of it. */
export interface WorkerMetrics {
  /** A run of a job begins; call the answer when it has ended. */
  beginRun(job: string): (result: 'ok' | 'failed') => void;
  readonly driftSeats: Counter;
  readonly reconciledEvents: Counter;
  readonly relayedChanges: Counter;
  readonly auditViolations: Gauge;
  readonly auditCompleted: Gauge;
  readonly redisEvicts: Gauge;
  readonly expiredHolds: Counter;
  readonly cancelledBookings: Counter;
  readonly archivedEvents: Counter;
  readonly removedRows: Counter<'of'>;
}

/** From a relay that finds nothing, 1 ms, to an audit of everything, minutes. */
const durationBucketsSeconds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600];

/** Adds the worker's metrics to a registry. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const registers = [registry];
  const runs = new Counter({
    name: 'holdfast_job_runs_total',
    help: 'Runs of a job in this process, by result: ok or failed.',
    labelNames: ['job', 'result'],
    registers,
  });
  const durations = new Histogram({
    name: 'holdfast_job_duration_seconds',
    help: 'How long the runs of a job took.',
    labelNames: ['job'],
    buckets: durationBucketsSeconds,
    registers,
  });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  return {
    beginRun(job) {
      const observe = durations.startTimer({ job });
      return (result) => {
        observe();
        runs.inc({ job, result });
      };
    },
    driftSeats: counter(
      'holdfast_drift_seats_total',
      'Seats by which Redis differed from PostgreSQL at the same version. 0 for ever, or a bug.',
    ),
    reconciledEvents: counter(
      'holdfast_reconciled_events_total',
      'Events that were set in Redis from PostgreSQL.',
    ),
    relayedChanges: counter(
      'holdfast_relayed_changes_total',
      'Changes of events that were told to caches, watchers and consumers.',
    ),
    auditViolations: gauge(
      'holdfast_audit_violations',
      'Rows that broke an invariant in the last turn of the audit, or in this one. 0, or somebody has to look at once.',
    ),
    auditCompleted: gauge(
      'holdfast_audit_completed_timestamp_seconds',
      'When this process last had audited every event; 0: not yet. Its age is how old the word of the audit is.',
    ),
    redisEvicts: evictsGauge(registry),
    expiredHolds: counter('holdfast_expired_holds_total', 'Lapsed holds whose seats were freed.'),
    cancelledBookings: counter(
      'holdfast_cancelled_bookings_total',
      'Bookings that were ended because their event was called off.',
    ),
    ...retentionMetrics(registry),
  };
}

function retentionMetrics(
  registry: Registry,
): Pick<WorkerMetrics, 'archivedEvents' | 'removedRows'> {
  const registers = [registry];
  return {
    archivedEvents: new Counter({
      name: 'holdfast_archived_events_total',
      help: 'Events that were moved from the tables into their archives.',
      registers,
    }),
    removedRows: new Counter({
      name: 'holdfast_removed_rows_total',
      help: 'Rows that retention removed from the tables: of the outbox, or of archived events.',
      labelNames: ['of'],
      registers,
    }),
  };
}
