import {
  archiveEvent,
  type Archiving,
  type Database,
  findEventsToArchive,
  findOldOutbox,
  findUnfinishedArchives,
  finishArchive,
  type OutboxCursor,
  removeOutbox,
  whileNobodyArchives,
} from '@holdfast/data';
import type { Instant } from '@holdfast/domain';
import type { Logger } from '@holdfast/process';

/** What may go, and when. `null`: never. */
export interface Retention {
  /** So long after an event was over it is archived, as a whole. */
  readonly eventDays: number | null;
  /** So long after they were delivered rows of the outbox go. */
  readonly outboxHours: number | null;
}

export const noRetention: Retention = { eventDays: null, outboxHours: null };

/** The bounds of one run. What is left over waits for the next. */
export interface RetainLimits {
  readonly runMsMax: number;
  readonly eventCountPerPage: number;
  readonly outboxRowCountPerPage: number;
  /** Rows that one statement removes of an event: it bounds how long its transaction takes. */
  readonly rowCountPerRemoval: number;
}

const retainLimits: RetainLimits = {
  runMsMax: 10_000,
  eventCountPerPage: 100,
  outboxRowCountPerPage: 10_000,
  rowCountPerRemoval: 5_000,
};

/** What one run did. */
export interface RetainReport {
  readonly archivedEventCount: number;
  readonly removedRowCount: number;
  readonly removedOutboxRowCount: number;
  /** Events that could not be archived, with why in the log. */
  readonly failedEventCount: number;
  /** False where a limit or the signal ended it, or another process does it now. */
  readonly isComplete: boolean;
}

export interface RetainParts {
  readonly database: Database;
  readonly log: Logger;
  readonly retention: Retention;
  /** Ends a run between two statements. */
  readonly signal: AbortSignal;
  /** PostgreSQL's time. */
  readonly now: Instant;
  readonly limits?: RetainLimits;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * Makes the retention: each run removes delivered rows of the outbox and archives events that are over, the oldest
 * first, for a bounded time, and the next one goes on. It can be killed at any moment, and run twice at once.
 *
 * @throws DatabaseUnavailable
 * @example
 * const retain = createRetention();
 * await retain({ database, log, retention: { eventDays: 400, outboxHours: 48 }, signal, now });
 */
export function createRetention(): (parts: RetainParts) => Promise<RetainReport> {
  let outboxAfter: OutboxCursor | null = null;

  return async (parts) => {
    const limits = parts.limits ?? retainLimits;
    const run = new RetainRun(parts, limits);
    const isOurs = await whileNobodyArchives(parts.database, async () => {
      outboxAfter = await run.removeOutbox(outboxAfter);
      await run.archive();
      return true;
    });
    return { ...run.report, isComplete: isOurs === true && run.report.isComplete };
  };
}

class RetainRun {
  readonly #parts: RetainParts;
  readonly #limits: RetainLimits;
  readonly #untilMs: number;
  readonly #counts = {
    archivedEventCount: 0,
    removedRowCount: 0,
    removedOutboxRowCount: 0,
    failedEventCount: 0,
  };
  #isComplete = true;

  constructor(parts: RetainParts, limits: RetainLimits) {
    this.#parts = parts;
    this.#limits = limits;
    this.#untilMs = performance.now() + limits.runMsMax;
  }

  get report(): RetainReport {
    return { ...this.#counts, isComplete: this.#isComplete };
  }

  /** Goes on from `after`, and says where the next run goes on: `null` is the beginning. */
  async removeOutbox(after: OutboxCursor | null): Promise<OutboxCursor | null> {
    const { database, retention, now } = this.#parts;
    if (retention.outboxHours === null) return null;
    const before = now - retention.outboxHours * hourMs;
    const { outboxRowCountPerPage: limit, rowCountPerRemoval: rowCountMax } = this.#limits;
    let from = after;
    do {
      const { eventIds, next } = await findOldOutbox(database, { after: from, before, limit });
      for (const eventId of eventIds) {
        if (this.#isOver()) return from;
        const removed = await removeOutbox(database, eventId, { before, rowCountMax });
        this.#counts.removedOutboxRowCount += removed;
      }
      from = next;
    } while (from !== null && !this.#isOver());
    return from;
  }

  /** First what was left half done, and then the events that are over, the oldest first. */
  async archive(): Promise<void> {
    const { database, retention, now } = this.#parts;
    const bounds = {
      rowCountPerRemoval: this.#limits.rowCountPerRemoval,
      signal: this.#parts.signal,
    };
    const limit = this.#limits.eventCountPerPage;
    for (const eventId of await findUnfinishedArchives(database, { limit })) {
      if (this.#isOver()) return;
      await this.#note(eventId, () => finishArchive(database, eventId, bounds));
    }
    if (retention.eventDays === null) return;
    const endedBefore = now - retention.eventDays * dayMs;
    let page = await findEventsToArchive(database, { endedBefore, after: null, limit });
    while (page.length > 0) {
      for (const { id } of page) {
        if (this.#isOver()) return;
        await this.#note(id, () => archiveEvent(database, id, { endedBefore, ...bounds }));
      }
      const after = page.at(-1) ?? null;
      page =
        page.length < limit
          ? []
          : await findEventsToArchive(database, { endedBefore, after, limit });
    }
  }

  #isOver(): boolean {
    const isOver = performance.now() >= this.#untilMs || this.#parts.signal.aborted;
    if (isOver) this.#isComplete = false;
    return isOver;
  }

  /** One event's failure is logged and does not stop the others, unless the database is away as a whole. */
  async #note(eventId: string, archive: () => Promise<Archiving>): Promise<void> {
    const { database, log } = this.#parts;
    try {
      const archiving = await archive();
      if (archiving.status === 'archived') {
        this.#counts.archivedEventCount += 1;
        this.#counts.removedRowCount += archiving.removedRowCount;
      }
      if (archiving.status === 'broken') {
        this.#counts.failedEventCount += 1;
        const broken = archiving.report.invariants.flatMap(({ id, violations }) =>
          violations.length > 0 ? [id] : [],
        );
        log.error({ eventId, broken }, 'event not archived, because it breaks an invariant');
      }
    } catch (error) {
      this.#counts.failedEventCount += 1;
      log.warn({ err: error, eventId }, 'event not archived; the next run tries again');
      await database.ping();
    }
  }
}
