import type { Database } from '@holdfast/data';

/**
 * `danger`: a promise may be broken, or nothing can be sold. `warning`: it costs time, or will. `note`: it is
 * good to know.
 */
export type Severity = 'danger' | 'warning' | 'note';

/** Something that is not as it should be. */
export interface Finding {
  readonly severity: Severity;
  /** What there is, with its figure. */
  readonly found: string;
  /** What that means for those who book and sell. */
  readonly means: string;
  /** What puts it right: SQL, a setting or a command. */
  readonly fix: string;
}

/** What one look showed. */
export interface Examined {
  /** For people: what was looked at, or measured. */
  readonly figure: string;
  readonly findings: readonly Finding[];
}

/** A deployment that is looked at. */
export interface Patient {
  readonly database: Database;
  /** `null`: it has no Redis. */
  readonly redisUrl: string | null;
  readonly redisPrefix: string;
  /** Connections of each api's pool, where the environment says. */
  readonly poolSize: number | null;
  /** This machine's clock, in milliseconds. */
  readonly now: () => number;
}

/** One look. It changes nothing. */
export interface Check {
  readonly id: string;
  readonly title: string;
  /** A promise rests on what it looks at: where it cannot look, that is a danger. */
  readonly isPromise: boolean;
  look(patient: Patient): Promise<Examined>;
}
