import type { Tally } from './tally.ts';

/** What the database said of the promises. `null`: it could not be asked. */
export interface Safety {
  /** Rows that violate I1–I8, and bookings that nobody was told of (H2). */
  readonly violations: number | null;
  /** Acknowledged bookings that the database does not have as acknowledged (H1). */
  readonly lostAcknowledged: number | null;
}

export interface Judged extends Safety {
  readonly tally: Tally;
  readonly seats: number;
  readonly oversold: number | null;
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
  const { oversold, drift, refusedWithoutDatabase, secondWave, allowErrors } = judged;
  const share = refusedWithoutDatabase ?? 1;
  return verdictOf([
    ...when(oversold, 'Seats sold that do not exist'),
    ...safetyReasons(judged),
    ...when(drift, 'Seats by which Redis differs from PostgreSQL'),
    ...(share < refusedWithoutDatabaseMin
      ? [
          `Share of refusals that did not reach PostgreSQL: ${share}; it should be at least ${refusedWithoutDatabaseMin}.`,
        ]
      : []),
    ...when(secondWave?.confirmed, 'Bookings accepted after the event had sold out'),
    ...(allowErrors ? [] : serviceReasons(judged)),
  ]);
}

/** Any reason is enough to fail. */
export function verdictOf(reasons: readonly string[]): Verdict {
  return { verdict: reasons.length === 0 ? 'pass' : 'fail', reasons };
}

/** What the database said against the promises, a sentence each. */
export function safetyReasons({ violations, lostAcknowledged }: Safety): readonly string[] {
  if (violations === null || lostAcknowledged === null) {
    return ['The database could not be asked, so safety is not proven. Run holdfast audit later.'];
  }
  return [
    ...when(violations, 'Rows that violate an invariant'),
    ...when(
      lostAcknowledged,
      'Bookings that a user was told of, and that are not in the database as told',
    ),
  ];
}

function serviceReasons({ tally, seats, secondWave, died }: Judged): readonly string[] {
  const { users, confirmed, errors, unknown } = tally;
  const sellable = Math.min(users, seats);
  const isUnsold = errors + unknown === 0 && confirmed !== sellable;
  const unclear = secondWave && secondWave.errors + secondWave.unknown;
  return [
    ...when(errors, 'Users who got an error'),
    ...when(unknown, 'Users who never heard what happened to their call (unknown)'),
    ...(isUnsold
      ? [
          `Seats sold: ${confirmed}; with ${users} users for ${seats} seats it should be ${sellable}.`,
        ]
      : []),
    // Whoever asks again after the event has sold out is refused, and nothing else.
    ...when(unclear, 'Users who asked again and were not refused'),
    ...died.map((name) => `The ${name} ended by itself.`),
  ];
}

/** A reason where there is any such thing, with how many there are. */
export function when(count: number | null | undefined, what: string): readonly string[] {
  return count ? [`${what}: ${count}.`] : [];
}
