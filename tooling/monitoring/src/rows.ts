import type { Chart, Figure } from './panels.ts';

interface Row {
  readonly title: string;
  readonly figures?: readonly Figure[];
  readonly charts: readonly Chart[];
}

/** Of the jobs that the dashboard's reader has chosen. */
const job = 'job=~"$job"';

/** A second, over the time that a pixel stands for, and by these labels. */
function rateBy(labels: string, metric: string, further = ''): string {
  return `sum by (${labels}) (rate(${metric}{${job}${further}}[$__rate_interval]))`;
}

function quantileOf(quantile: number, metric: string, labels = 'le'): string {
  return `histogram_quantile(${quantile}, ${rateBy(labels, `${metric}_bucket`)})`;
}

const promises: Row = {
  title: 'Are the promises kept?',
  figures: [
    {
      title: 'Broken invariants',
      about: 'Rows that the audit found. Above 0: stop selling and look (docs/runbook.md).',
      unit: 'short',
      expr: `max(holdfast_audit_violations{${job}})`,
      redFrom: 1,
    },
    {
      title: 'Age of the audit',
      about: 'Since when every event was audited, the least over all workers.',
      unit: 's',
      expr: `time() - max(holdfast_audit_completed_timestamp_seconds{${job}})`,
      redFrom: 3_600,
    },
    {
      title: 'Drift, last day',
      about: 'Seats by which Redis was wrong at the same version. 0, or there is a bug.',
      unit: 'short',
      expr: `sum(increase(holdfast_drift_seats_total{${job}}[1d]))`,
      redFrom: 1,
    },
    {
      title: 'Redis may evict',
      about: '1: set maxmemory-policy noeviction.',
      unit: 'short',
      expr: `max(holdfast_redis_evicts{${job}})`,
      redFrom: 1,
    },
    {
      title: 'Feed behind',
      about: 'Since when a change waits to be relayed. Above 10 s: start a worker.',
      unit: 's',
      expr: `max(holdfast_feed_behind_seconds{${job}})`,
      redFrom: 10,
    },
    {
      title: 'Sweep behind',
      about: 'Since when a lapsed hold waits to be swept. Above 0: start a worker.',
      unit: 's',
      expr: `max(holdfast_sweep_behind_seconds{${job}})`,
      redFrom: 1,
    },
  ],
  charts: [],
};

const sale: Row = {
  title: 'The sale',
  charts: [
    {
      title: 'Commands committed',
      about: 'Commands that went through PostgreSQL, a second.',
      unit: 'ops',
      lines: [{ expr: rateBy('instance', 'holdfast_commit_group_size_sum'), name: '{{instance}}' }],
    },
    {
      title: 'Refusals',
      about:
        'Once sold out, most are refused by redis or memory. By database: each asks PostgreSQL.',
      unit: 'ops',
      lines: [
        { expr: rateBy('reason, by', 'holdfast_refusals_total'), name: '{{reason}} by {{by}}' },
      ],
    },
    {
      title: 'Commits',
      about: 'Groups a second. Those that fail answer all their callers 503.',
      unit: 'ops',
      lines: [{ expr: rateBy('result', 'holdfast_commits_total'), name: '{{result}}' }],
    },
    {
      title: 'Wait for a commit',
      about: 'How long the first command of a group had waited.',
      unit: 's',
      lines: [
        { expr: quantileOf(0.5, 'holdfast_commit_wait_seconds'), name: 'p50' },
        { expr: quantileOf(0.99, 'holdfast_commit_wait_seconds'), name: 'p99' },
      ],
    },
    {
      title: 'Commands in a group',
      about: 'A crowd shares commits; a lone caller has one of its own.',
      unit: 'short',
      lines: [
        { expr: quantileOf(0.5, 'holdfast_commit_group_size'), name: 'p50' },
        { expr: quantileOf(0.99, 'holdfast_commit_group_size'), name: 'p99' },
      ],
    },
    {
      title: 'Refused as overloaded or limited, and made to wait',
      about: 'user_commands, caller_reads and limits are one caller’s doing; the others are not.',
      unit: 'ops',
      lines: [
        { expr: rateBy('bound', 'holdfast_overloaded_total'), name: 'refused: {{bound}}' },
        { expr: rateBy('limit', 'holdfast_rate_limited_total'), name: 'limited: {{limit}}' },
        { expr: rateBy('reason', 'holdfast_requests_waited_total'), name: 'waited: {{reason}}' },
      ],
    },
  ],
};

const reads: Row = {
  title: 'Redis, reads and watchers',
  charts: [
    {
      title: 'Redis is asked first',
      about: '1: yes. 0: Redis is away, or not configured, and every command goes to PostgreSQL.',
      unit: 'short',
      lines: [{ expr: `holdfast_admission_up{${job}}`, name: '{{instance}}' }],
    },
    {
      title: 'Calls of Redis',
      about: 'Scripts of admission, by how they ended.',
      unit: 'ops',
      lines: [
        {
          expr: rateBy('script, result', 'holdfast_admission_calls_total'),
          name: '{{script}} {{result}}',
        },
      ],
    },
    {
      title: 'Reads of events',
      about: 'Where answers came from. Stale ones were being read anew.',
      unit: 'ops',
      lines: [
        {
          expr: rateBy('read, from', 'holdfast_cache_reads_total'),
          name: '{{read}} from {{from}}',
        },
      ],
    },
    {
      title: 'Watchers',
      about: 'Who watches an event now; and who read too slowly, a second.',
      unit: 'short',
      lines: [
        { expr: `sum by (instance) (holdfast_watchers{${job}})`, name: '{{instance}}' },
        {
          expr: rateBy('instance', 'holdfast_watchers_dropped_total'),
          name: 'dropped by {{instance}}',
        },
      ],
    },
  ],
};

const worker: Row = {
  title: 'The worker',
  charts: [
    {
      title: 'Runs of jobs',
      about:
        'expire-holds once a second, relay-outbox ten times. Prometheus calls their label job exported_job.',
      unit: 'ops',
      lines: [
        {
          expr: rateBy('exported_job, result', 'holdfast_job_runs_total'),
          name: '{{exported_job}} {{result}}',
        },
      ],
    },
    {
      title: 'How long runs take',
      about: 'p99 of each job.',
      unit: 's',
      lines: [
        {
          expr: quantileOf(0.99, 'holdfast_job_duration_seconds', 'le, exported_job'),
          name: '{{exported_job}}',
        },
      ],
    },
    {
      title: 'What the jobs did',
      about: 'Changes relayed, holds swept, bookings ended with their event, events told to Redis.',
      unit: 'ops',
      lines: [
        { expr: rateBy('job', 'holdfast_relayed_changes_total'), name: 'changes relayed' },
        { expr: rateBy('job', 'holdfast_expired_holds_total'), name: 'holds swept' },
        { expr: rateBy('job', 'holdfast_cancelled_bookings_total'), name: 'bookings called off' },
        { expr: rateBy('job', 'holdfast_reconciled_events_total'), name: 'events reconciled' },
        { expr: rateBy('job', 'holdfast_archived_events_total'), name: 'events archived' },
        { expr: rateBy('job', 'holdfast_removed_rows_total'), name: 'rows removed' },
      ],
    },
  ],
};

const processes: Row = {
  title: 'The processes',
  charts: [
    {
      title: 'Processor time',
      about: 'Of one core. An api process cannot use much more than one.',
      unit: 'percentunit',
      lines: [
        {
          expr: rateBy('service, instance', 'process_cpu_seconds_total'),
          name: '{{service}} {{instance}}',
        },
      ],
    },
    {
      title: 'Memory',
      about: 'Resident.',
      unit: 'bytes',
      lines: [{ expr: `process_resident_memory_bytes{${job}}`, name: '{{service}} {{instance}}' }],
    },
    {
      title: 'The event loop is late',
      about: 'p99. Long: the process has more to do than one core can.',
      unit: 's',
      lines: [
        { expr: `nodejs_eventloop_lag_p99_seconds{${job}}`, name: '{{service}} {{instance}}' },
      ],
    },
  ],
};

/** What the dashboard shows, from top to bottom. */
export const rows: readonly Row[] = [promises, sale, reads, worker, processes];
