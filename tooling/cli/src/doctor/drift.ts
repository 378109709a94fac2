import { countOf } from '@holdfast/command';
import { findChangedEvents, readStandings } from '@holdfast/data';
import { admissionLimits, standingKeyOf } from '@holdfast/redis';
import { driftOf } from '../judge/drift.ts';
import { withAdmission } from '../servers/with-admission.ts';
import type { Check, Finding, Patient } from './check.ts';

/** Redis forgets what nobody has touched for longer. */
const withinMs = 24 * 60 * 60 * 1_000;

/** What Redis says of the events that changed in the last day, against PostgreSQL at the same version. */
export const drift: Check = {
  id: 'drift',
  title: 'Redis and PostgreSQL agree on every seat (drift)',
  isPromise: false,
  async look(patient) {
    if (patient.redisUrl === null) return { figure: 'without Redis', findings: [] };
    const { comparedCount, findings } = await compare(patient, patient.redisUrl);
    return { figure: `${countOf(comparedCount, 'event')} compared`, findings };
  },
};

async function compare({ database, redisPrefix: prefix }: Patient, redisUrl: string) {
  const eventIds = await findChangedEvents(database, {
    withinMs,
    limit: admissionLimits.eventCountMax,
  });
  const known = await withAdmission({ redisUrl, prefix }, (admission) =>
    admission.inspect(eventIds),
  );
  const standings = await readStandings(database, eventIds);
  let comparedCount = 0;
  const findings: Finding[] = [];
  for (const [eventId, { version, availableSeats }] of standings) {
    const admission = known.get(eventId) ?? null;
    // At another version they may differ: something was sold between the two looks.
    if (admission === null || admission.version !== version) continue;
    comparedCount += 1;
    const seats = driftOf({ admission, availableSeats });
    const key = standingKeyOf(prefix, eventId);
    if (seats > 0) findings.push(findingOf(eventId, { seats, version, key }));
  }
  return { comparedCount, findings };
}

function findingOf(
  eventId: string,
  {
    seats,
    version,
    key,
  }: { readonly seats: number; readonly version: number; readonly key: string },
): Finding {
  return {
    severity: 'danger',
    found: `Redis is off by ${countOf(seats, 'seat')} for event ${eventId} at version ${version}.`,
    means:
      'A bug, or somebody writes to Redis. No seat is sold twice, but somebody may be told sold_out for up to a second though seats are free.',
    fix: `redis-cli UNLINK '${key}'; a worker that runs does it within 10 s. Then find out who writes to Redis.`,
  };
}
