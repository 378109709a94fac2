/**
 * What an example gives to the runner, as a module of its package, without knowing the runner. What users
 * were told goes from process to process, so it is data as JSON has it.
 */
export interface Example {
  /** Makes the tables, and what is sold, in an empty database. Once. */
  readonly migrate: (url: string) => Promise<void>;
  /** Lets one process' share of the users loose, all in the same instant. */
  readonly storm: (url: string, share: Share) => Promise<readonly Told[]>;
  /** Recounts everything from the rows, and compares it with what users were told. */
  readonly audit: (url: string, told: readonly Told[]) => Promise<readonly Finding[]>;
}

export interface Share {
  /** The number of the first user. No other process has a user of that number. */
  readonly userMin: number;
  readonly userCount: number;
  /** Numbers from 0 on and below 1, from a seed: what users do follows from them. */
  readonly random: () => number;
}

/** What a user was told last. */
export interface Told {
  /** Of which claim, and whose it is. */
  readonly id: string;
  readonly userId: string;
  /** `confirmed`, the reason of a refusal, `unknown`, or `failed: ` and the name of an error. */
  readonly answer: string;
}

/** A rule, and how many rows break it. */
export interface Finding {
  readonly rule: string;
  readonly count: number;
  /** Something was sold more often than it is there. */
  readonly isOversale: boolean;
}
