import type { RefusalReason } from '@holdfast/domain';
import type { RefusedBy, SaleSample, Undecided } from './sample.ts';
import { Times } from './times.ts';

/** How a command ends for its caller. */
export type Told = 'accepted' | 'refused' | 'unknown';

/** What this process counts of one event until the second is over: additions, and nothing else. */
export class SaleTally {
  readonly #accepted = new Map<string, number>();
  readonly #refused: Readonly<Record<RefusedBy, Map<RefusalReason, number>>> = {
    memory: new Map(),
    redis: new Map(),
    database: new Map(),
  };
  readonly #undecided = { overloaded: 0, unknown: 0, failed: 0 };
  readonly #groups = { count: 0, commandCount: 0, largest: 0 };
  readonly #answers = new Times();
  readonly #commits = new Times();
  readonly #waits = new Times();
  #isEmpty = true;

  /** A command's caller has its answer. Who refused it has counted that. */
  told(type: string, status: Told, afterMs: number): void {
    if (status === 'accepted') this.accepted(type);
    else if (status === 'unknown') this.undecided('unknown');
    this.#isEmpty = false;
    this.#answers.note(afterMs);
  }

  /** A command of this type, accepted: `reserve`, say. */
  accepted(type: string): void {
    this.#isEmpty = false;
    add(this.#accepted, type);
  }

  refused(reason: RefusalReason, by: RefusedBy): void {
    this.#isEmpty = false;
    add(this.#refused[by], reason);
  }

  undecided(how: Undecided): void {
    this.#isEmpty = false;
    this.#undecided[how] += 1;
  }

  /** A commit begins. */
  group(commandCount: number, waitedMs: number): void {
    this.#isEmpty = false;
    this.#groups.count += 1;
    this.#groups.commandCount += commandCount;
    this.#groups.largest = Math.max(this.#groups.largest, commandCount);
    this.#waits.note(waitedMs);
  }

  committed(afterMs: number): void {
    this.#isEmpty = false;
    this.#commits.note(afterMs);
  }

  /** What was counted since it was last taken; `null`: nothing. */
  take(): SaleSample | null {
    if (this.#isEmpty) return null;
    const sample: SaleSample = {
      accepted: Object.fromEntries(this.#accepted),
      refused: (['memory', 'redis', 'database'] as const).flatMap((by) =>
        Array.from(this.#refused[by], ([reason, count]) => [reason, by, count] as const),
      ),
      undecided: { ...this.#undecided },
      groups: { ...this.#groups },
      answers: this.#answers.take(),
      commits: this.#commits.take(),
      waits: this.#waits.take(),
    };
    this.#empty();
    return sample;
  }

  #empty(): void {
    this.#accepted.clear();
    for (const counts of Object.values(this.#refused)) counts.clear();
    Object.assign(this.#undecided, { overloaded: 0, unknown: 0, failed: 0 });
    Object.assign(this.#groups, { count: 0, commandCount: 0, largest: 0 });
    this.#isEmpty = true;
  }
}

function add<Name>(counts: Map<Name, number>, name: Name): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
