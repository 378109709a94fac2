import type { EventChange } from './event-update.ts';
import type { RefusalReason } from './procedures.ts';

/** Seats at the end of a second. What is neither available nor held is sold. */
export interface SaleSeats {
  readonly seatCount: number;
  readonly availableSeats: number;
  readonly heldSeats: number;
}

/** Half took no longer than `p50`, and 99 of a hundred than `p99`, in milliseconds; at most a fifth too long. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** What all processes of the api together did for an event within one second. */
export interface SaleSecond {
  /** Its beginning, ISO 8601. */
  readonly at: string;
  /** `null`: as in the second before. */
  readonly seats: SaleSeats | null;
  /** Commands that were accepted, by type: `reserve`, `confirm`, `book`, … Those of orders are `order`. */
  readonly accepted: Readonly<Record<string, number>>;
  readonly refused: readonly {
    readonly reason: RefusalReason;
    /** PostgreSQL; Redis; or the process itself, by what PostgreSQL had said to it a moment ago. */
    readonly by: 'memory' | 'redis' | 'database';
    readonly count: number;
  }[];
  /** Neither accepted nor refused: there was no room, nobody knows yet, or a fault. */
  readonly undecided: {
    readonly overloaded: number;
    readonly unknown: number;
    readonly failed: number;
  };
  /** Commits that began: how many, of how many commands, and those of the largest. */
  readonly groups: {
    readonly count: number;
    readonly commandCount: number;
    readonly largest: number;
  };
  /** From a command's arrival in the api to its answer. `null`: there was none. */
  readonly answerMs: Percentiles | null;
  /** From the beginning of a commit to its end. */
  readonly commitMs: Percentiles | null;
  /** How long the first command of a group had waited when its commit began. */
  readonly waitMs: Percentiles | null;
}

/** How what sells the event is now. */
export interface SaleNow {
  readonly at: string;
  readonly event: EventChange;
  /** Processes of the api that the figures cover. */
  readonly processCount: number;
  readonly watcherCount: number;
  readonly consoleCount: number;
  /** `away`: in one process at least its breaker is open. `none`: it is not used. */
  readonly redis: 'up' | 'away' | 'none';
  /** `away`: what other processes do is not heard of, and seats are as of a while ago. */
  readonly database: 'up' | 'away';
  /** Workers do not do their work: what is shown may be late, what is sold is right. */
  readonly notes: readonly ('feed_behind' | 'sweep_behind')[];
  readonly workers: {
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
    /** When every event had last been audited; `null`: not yet. */
    readonly auditedAt: string | null;
  };
}

/** What comes once a second. A second that was told of before is as it is here. */
export interface SaleUpdate {
  readonly seconds: readonly SaleSecond[];
  readonly now: SaleNow;
}
