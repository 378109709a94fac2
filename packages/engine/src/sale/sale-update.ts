import type { RefusalReason } from '@holdfast/domain';
import type { LiveChange } from '../live/live-change.ts';
import type { WorkerNote } from '../reads/worker-watch.ts';
import type { RefusedBy, SaleSample, Undecided } from './sample.ts';
import { type PackedTimes, percentileMs } from './times.ts';

/** Seats at the end of a second. What is neither available nor held is sold. */
export type SaleSeats = Pick<LiveChange, 'seatCount' | 'availableSeats' | 'heldSeats'>;

/** Half of them took no longer than `p50`, and 99 of a hundred than `p99`; at most a fifth too long. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** What all processes together did for an event within one second. */
export interface SaleSecond {
  /** Its beginning, ISO 8601. */
  readonly at: string;
  /** `null`: not known, since nobody looked. */
  readonly seats: SaleSeats | null;
  /** Commands that were accepted, by type; those of orders as `order`. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly refused: readonly {
    readonly reason: RefusalReason;
    readonly by: RefusedBy;
    readonly count: number;
  }[];
  /** Neither accepted nor refused: there was no room, nobody knows yet, or a fault. */
  readonly undecided: Readonly<Record<Undecided, number>>;
  readonly groups: SaleSample['groups'];
  /** From a command's arrival in the api to its answer. `null`: there was none. */
  readonly answerMs: Percentiles | null;
  /** From the beginning of a commit to its end. */
  readonly commitMs: Percentiles | null;
  /** How long the first command of a group had waited when its commit began. */
  readonly waitMs: Percentiles | null;
}

/** How the workers are, as far as was heard of them. */
export interface WorkersNow {
  readonly count: number;
  /** Heard of lately, and silent now, without a word of leaving. */
  readonly silentCount: number;
  /** Jobs whose last run failed, and jobs that stand still. */
  readonly failing: readonly string[];
  readonly stalled: readonly string[];
  /** Seats by which Redis was wrong, since these workers began. 0, or there is a bug. */
  readonly driftSeats: number;
  /** Rows that break an invariant, in the whole deployment. 0, or somebody has to look at once. */
  readonly violationCount: number;
  /** When every event had last been audited, ISO 8601; `null`: not yet. */
  readonly auditedAt: string | null;
}

/** How what sells the event is now. */
export interface SaleNow {
  readonly at: string;
  readonly event: LiveChange;
  /** Api processes that the figures cover. */
  readonly processCount: number;
  readonly watcherCount: number;
  readonly consoleCount: number;
  /** `away`: in one process at least its breaker is open. `none`: it is not used. */
  readonly redis: RedisNow;
  /** `away`: what other processes do is not heard of, and seats are as of a while ago. */
  readonly database: 'up' | 'away';
  readonly notes: readonly WorkerNote[];
  readonly workers: WorkersNow;
}

export type RedisNow = 'up' | 'away' | 'none';

/** What a console is told once a second. A second that it was told of before is as it is here. */
export interface SaleUpdate {
  readonly seconds: readonly SaleSecond[];
  readonly now: SaleNow;
}

/** The second of a sample, as a console is told of it. */
export function saleSecond(
  second: number,
  sample: SaleSample,
  seats: SaleSeats | null,
): SaleSecond {
  return {
    at: new Date(second * 1_000).toISOString(),
    seats,
    accepted: sample.accepted,
    refused: sample.refused.map(([reason, by, count]) => ({ reason, by, count })),
    undecided: sample.undecided,
    groups: sample.groups,
    answerMs: percentilesOf(sample.answers),
    commitMs: percentilesOf(sample.commits),
    waitMs: percentilesOf(sample.waits),
  };
}

function percentilesOf(times: PackedTimes): Percentiles | null {
  const [p50, p99] = [percentileMs(times, 0.5), percentileMs(times, 0.99)];
  return p50 === null || p99 === null ? null : { p50, p99 };
}
