import type { Tally } from './load/tally.ts';

/** What is judged. `null` safety figures: the database could not be asked. */
export interface Judged {
  readonly tally: Tally;
  readonly seats: number;
  readonly oversold: number | null;
  readonly violations: number | null;
  readonly lostAcknowledged: number | null;
  /** Seats; `null`: there is no Redis to drift, or it could not be looked into. */
  readonly drift: number | null;
  /** A share from 0 to 1; `null`: not measured. */
  readonly refusedWithoutDatabase: number | null;
  /** The answers to those who asked again after the event had sold out; `null`: nobody did. */
  readonly secondWave: Tally | null;
  /** Processes of the stack that ended by themselves, by name. */
  readonly died: readonly string[];
  /** Judge safety alone: for runs in which something is broken on purpose. */
  readonly allowErrors: boolean;
}

export interface Verdict {
  readonly verdict: 'pass' | 'fail';
  /** Why it failed, as sentences. Empty where it passed. */
  readonly reasons: readonly string[];
}

/** Of the refusals after an event has sold out, so many must not cost PostgreSQL anything. */
const refusedWithoutDatabaseMin = 0.95;

/**
 * Did Holdfast keep its promises? Safety always: nothing oversold, no invariant violated, no
 * acknowledged booking lost, Redis and PostgreSQL of one mind, and nobody served without PostgreSQL
 * once all is sold. Unless errors are allowed, service too: everybody answered, and as many seats
 * sold as could be. Safety that could not be checked is not safety.
 *
 * @example judge({ tally, seats: 500, oversold: 1, … })
 * // { verdict: 'fail', reasons: ['Seats sold that do not exist: 1.'] }
 */
export function judge(judged: Judged): Verdict {
  const service = judged.allowErrors
    ? []
    : [
        ...serviceReasons(judged.tally, judged.seats),
        ...waveReasons(judged.secondWave),
        ...judged.died.map((name) => `The ${name} ended by itself.`),
      ];
  const reasons = [...safetyReasons(judged), ...admissionReasons(judged), ...service];
  return { verdict: reasons.length === 0 ? 'pass' : 'fail', reasons };
}

function safetyReasons({ oversold, violations, lostAcknowledged }: Judged): string[] {
  if (oversold === null || violations === null || lostAcknowledged === null) {
    return ['The database could not be asked, so safety is not proven. Run holdfast audit later.'];
  }
  return [
    ...when(oversold > 0, `Seats sold that do not exist: ${oversold}.`),
    ...when(violations > 0, `Rows that violate an invariant: ${violations}.`),
    ...when(lostAcknowledged > 0, `Acknowledged bookings that are not there: ${lostAcknowledged}.`),
  ];
}

function admissionReasons({ drift, refusedWithoutDatabase, secondWave }: Judged): string[] {
  const share = refusedWithoutDatabase ?? 1;
  const sold = secondWave?.confirmed ?? 0;
  return [
    ...when(drift !== null && drift > 0, `Seats by which Redis differs from PostgreSQL: ${drift}.`),
    ...when(
      share < refusedWithoutDatabaseMin,
      `Share of refusals that did not reach PostgreSQL: ${share}; it should be at least ${refusedWithoutDatabaseMin}.`,
    ),
    ...when(sold > 0, `Bookings accepted after the event had sold out: ${sold}.`),
  ];
}

/** Whoever asks again after the event has sold out is refused, and nothing else. */
function waveReasons(wave: Tally | null): string[] {
  const unclear = wave === null ? 0 : wave.errors + wave.unknown;
  return when(unclear > 0, `Users who asked again and were not simply refused: ${unclear}.`);
}

function serviceReasons({ users, confirmed, errors, unknown }: Tally, seats: number): string[] {
  const sellable = Math.min(users, seats);
  const isEveryoneAnswered = errors === 0 && unknown === 0;
  return [
    ...when(errors > 0, `Users who got an error: ${errors}.`),
    ...when(unknown > 0, `Users left in doubt (unknown): ${unknown}.`),
    ...when(
      isEveryoneAnswered && confirmed !== sellable,
      `Seats sold: ${confirmed}; with ${users} users for ${seats} seats it should be ${sellable}.`,
    ),
  ];
}

function when(isSo: boolean, reason: string): string[] {
  return isSo ? [reason] : [];
}
