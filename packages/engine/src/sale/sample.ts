import type { RefusalReason } from '@holdfast/domain';
import { addTimes, type PackedTimes } from './times.ts';

/**
 * Who refused a command: PostgreSQL; Redis, by what PostgreSQL had said to any process; or this process by
 * what PostgreSQL had said to it a moment ago.
 */
export type RefusedBy = 'memory' | 'redis' | 'database';

/** How a command ended without a decision that its caller could be told. */
export type Undecided = 'overloaded' | 'unknown' | 'failed';

type Refusals = readonly (readonly [RefusalReason, RefusedBy, number])[];

/** What one process counted of one event within one second. */
export interface SaleSample {
  /** Commands that were accepted, by type; those of orders as `order`. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly refused: Refusals;
  readonly undecided: Readonly<Record<Undecided, number>>;
  /** Commits that began: how many, of how many commands, and those of the largest. */
  readonly groups: {
    readonly count: number;
    readonly commandCount: number;
    readonly largest: number;
  };
  /** From a command's arrival to its answer. */
  readonly answers: PackedTimes;
  /** From the beginning of a commit to its end. */
  readonly commits: PackedTimes;
  /** How long the first command of a group had waited when its commit began. */
  readonly waits: PackedTimes;
}

/** A second in which nothing came. */
export const nothingSampled: SaleSample = {
  accepted: {},
  refused: [],
  undecided: { overloaded: 0, unknown: 0, failed: 0 },
  groups: { count: 0, commandCount: 0, largest: 0 },
  answers: [],
  commits: [],
  waits: [],
};

/**
 * What several processes counted, as if one had.
 *
 * @example sumOfSamples([sample, nothingSampled]) // the same as sample
 */
export function sumOfSamples(samples: readonly SaleSample[]): SaleSample {
  const [only] = samples;
  if (samples.length === 1 && only !== undefined) return only;
  const sum = (of: (sample: SaleSample) => number) =>
    samples.reduce((total, sample) => total + of(sample), 0);
  return {
    accepted: sumOfCounts(samples.map(({ accepted }) => accepted)),
    refused: sumOfRefusals(samples.flatMap(({ refused }) => refused)),
    undecided: {
      overloaded: sum(({ undecided }) => undecided.overloaded),
      unknown: sum(({ undecided }) => undecided.unknown),
      failed: sum(({ undecided }) => undecided.failed),
    },
    groups: {
      count: sum(({ groups }) => groups.count),
      commandCount: sum(({ groups }) => groups.commandCount),
      largest: Math.max(0, ...samples.map(({ groups }) => groups.largest)),
    },
    answers: addTimes(samples.map(({ answers }) => answers)),
    commits: addTimes(samples.map(({ commits }) => commits)),
    waits: addTimes(samples.map(({ waits }) => waits)),
  };
}

function sumOfCounts(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const [name, count] of all.flatMap((each) => Object.entries(each))) {
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  return Object.fromEntries(counts);
}

function sumOfRefusals(all: Refusals): Refusals {
  const sums = new Map<string, [RefusalReason, RefusedBy, number]>();
  for (const [reason, by, count] of all) {
    const key = `${reason} ${by}`;
    sums.set(key, [reason, by, (sums.get(key)?.[2] ?? 0) + count]);
  }
  return [...sums.values()];
}
