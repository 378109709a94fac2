import { countOf, figure } from '@holdfast/command';
import type { Check, Finding, Patient } from './check.ts';

/** From so many rows on that are over for a year, or were delivered a month ago, somebody should decide. */
const oldRowCountMinDefault = 100_000;
const outboxAgeDays = 30;
const eventAgeDays = 400;
/** A run finishes what the one before began: the worker runs it each minute. */
const unfinishedMinutesMax = 60;

interface Kept {
  /** Rows of the outbox that were delivered long ago, up to the bound. */
  readonly outboxRows: number;
  /** Bookings of events that are long over, up to the bound. */
  readonly bookings: number;
  readonly archives: number;
  readonly unfinished: number;
}

/**
 * Tables that grow while nobody removes what is over, and archives that were begun.
 *
 * @param oldRowCountMin fewer old rows than that are not told of
 */
export function checkRetention(oldRowCountMin = oldRowCountMinDefault): Check {
  return {
    id: 'retention',
    title: 'What is over leaves the tables (RETENTION_…)',
    isPromise: false,
    async look(patient) {
      const kept = await readKept(patient, oldRowCountMin);
      const { outboxRows, bookings, archives } = kept;
      return {
        figure: countOf(archives, 'archived event'),
        findings: [
          ...(outboxRows < oldRowCountMin ? [] : [outboxFinding(outboxRows)]),
          ...(bookings < oldRowCountMin ? [] : [eventsFinding(bookings)]),
          ...unfinishedFinding(kept),
        ],
      };
    },
  };
}

/** Each count stops at its bound, so that a large database is not read for it. */
async function readKept({ database }: Patient, oldRowCountMin: number): Promise<Kept> {
  const { rows } = await database.pool.query<Kept>(
    `select (
       select count(*)::int from (
         select from outbox where at < now() - make_interval(days => $2) limit $1
       ) old
     ) as "outboxRows", (
       select count(*)::int from (
         select from (
           select id from events
           where archived_version is null and date < now() - make_interval(days => $3)
           order by date, id limit $1
         ) e join bookings b on b.event_id = e.id limit $1
       ) old
     ) as bookings, (
       select count(*)::int from removals where sealed_at is not null
     ) as archives, (
       select count(*)::int from removals
       where archived_at < now() - make_interval(mins => $4) and removed_at is null
     ) as unfinished`,
    [oldRowCountMin, outboxAgeDays, eventAgeDays, unfinishedMinutesMax],
  );
  return rows[0] ?? { outboxRows: 0, bookings: 0, archives: 0, unfinished: 0 };
}

function outboxFinding(rowCount: number): Finding {
  return {
    severity: 'note',
    found: `The outbox has ${figure(rowCount)} rows or more that are older than ${outboxAgeDays} days.`,
    means: 'It grows by a row a commit, for ever. Watchers need hours of it.',
    fix: 'Set RETENTION_OUTBOX_HOURS for the worker: 48, for example.',
  };
}

function eventsFinding(bookingCount: number): Finding {
  return {
    severity: 'note',
    found: `There are ${figure(bookingCount)} bookings or more of events that took place more than ${eventAgeDays} days ago.`,
    means: 'Bookings and ledger grow for ever. Archives take far less room.',
    fix: 'Set RETENTION_EVENT_DAYS for the worker: docs/operations.md, "Retention", says what users then see.',
  };
}

function unfinishedFinding({ unfinished }: Kept): readonly Finding[] {
  if (unfinished === 0) return [];
  return [
    {
      severity: 'warning',
      found: `${countOf(unfinished, 'event')} began to be archived more than ${unfinishedMinutesMax} minutes ago, and not all their rows are gone.`,
      means:
        'No booking is lost: the archive or the tables have all of them. But room is not given back.',
      fix: 'See why the job fails in the worker\'s log ("event not archived"), with RETENTION_EVENT_DAYS set.',
    },
  ];
}
