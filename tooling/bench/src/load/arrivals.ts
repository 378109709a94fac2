import { setTimeout as pause } from 'node:timers/promises';
import { percentile } from '@holdfast/command';
import { type AnswerStatus, readAnswer } from './answer.ts';
import type { Deck } from './deck.ts';
import { type Line, openLine, openSome, type Reply } from './line.ts';
import type { LoadPlan } from './load.ts';

/** A load in an open loop: callers come at a rate of their own, however slow the answers are. */
export interface ArrivalsPlan extends Omit<LoadPlan, 'isRepeated'> {
  readonly ratePerSecond: number;
}

/** What became of it. */
export interface Arrived {
  /** Told of a booking within the load's time, a second. */
  readonly bookingsPerSecond: number;
  /** From when a call was due until its answer, of all calls that were sent. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly sentCount: number;
  /** Callers who came when every connection waited for an answer: they were not even sent. */
  readonly unsentCount: number;
  /** Answers that are neither a booking nor sold_out, and calls without an answer. */
  readonly failedCount: number;
  readonly acknowledgedIds: readonly string[];
}

interface Answered {
  readonly status: AnswerStatus;
  readonly bookingId: string;
  readonly atMs: number;
  readonly latencyMs: number;
}

interface Caller {
  line: Line | null;
  bookingId: string;
  dueMs: number;
}

/** How often it looks who has come. A call is sent up to so late, which counts as its latency. */
const lookEveryMs = 1;

/** After its time a load waits so long for the last answers. */
const lastAnswersMs = 20_000;

/**
 * A load in an open loop, while it is put on. In a closed loop a slow answer delays the calls that would
 * have waited, too, and nobody counts their waiting. Here each call is due at its time.
 *
 * @example
 * const arrivals = new Arrivals({ ...plan, ratePerSecond: 4_000 }, deck);
 * await arrivals.open();
 * const { p99Ms, unsentCount } = await arrivals.run();
 */
export class Arrivals {
  readonly #plan: ArrivalsPlan;
  readonly #deck: Deck;
  readonly #idle: Caller[] = [];
  readonly #answers: Answered[] = [];
  #startedAt = 0;
  #sentCount = 0;
  #unsentCount = 0;
  #brokenCount = 0;

  constructor(plan: ArrivalsPlan, deck: Deck) {
    this.#plan = plan;
    this.#deck = deck;
  }

  async open(): Promise<void> {
    await openSome(this.#plan.connections, () => this.#openCaller());
  }

  async run(): Promise<Arrived> {
    const { durationMs } = this.#plan;
    this.#startedAt = performance.now();
    while (this.#nowMs() < durationMs) {
      this.#sendDue();
      await pause(lookEveryMs);
    }
    // Who came since the last look.
    this.#sendDue();
    const endsAtMs = durationMs + lastAnswersMs;
    while (this.#underWay > 0 && this.#nowMs() < endsAtMs) await pause(lookEveryMs);
    for (const { line } of this.#idle) line?.end();
    return this.#arrived();
  }

  get #underWay(): number {
    return this.#sentCount - this.#answers.length - this.#brokenCount;
  }

  #nowMs(): number {
    return performance.now() - this.#startedAt;
  }

  async #openCaller(): Promise<void> {
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const caller: Caller = { line: null, bookingId: '', dueMs: 0 };
    caller.line = openLine(new URL(this.#plan.url), {
      onOpen: resolve,
      onReply: (reply) => this.#onReply(caller, reply),
      onBroken: () => {
        resolve();
        this.#onBroken(caller);
      },
    });
    this.#idle.push(caller);
    await opened;
  }

  #sendDue(): void {
    const { ratePerSecond, durationMs, eventIds } = this.#plan;
    const untilMs = Math.min(this.#nowMs(), durationMs);
    const dueCount = Math.min(Math.floor((untilMs * ratePerSecond) / 1_000), this.#deck.length);
    while (this.#sentCount + this.#unsentCount < dueCount) {
      const turn = this.#sentCount + this.#unsentCount;
      const caller = this.#idle.shift();
      if (caller === undefined) {
        this.#unsentCount += 1;
        continue;
      }
      const { bytes, bookingId } = this.#deck.deal(turn, eventIds);
      caller.bookingId = bookingId;
      caller.dueMs = (turn * 1_000) / ratePerSecond;
      this.#sentCount += 1;
      caller.line?.send(bytes);
    }
  }

  #onReply(caller: Caller, { body }: Reply): void {
    const { bookingId, dueMs } = caller;
    const atMs = this.#nowMs();
    const status = readAnswer(body, bookingId);
    this.#answers.push({ status, bookingId, atMs, latencyMs: atMs - dueMs });
    this.#idle.push(caller);
  }

  /** Its call has no answer, and nobody uses it again. */
  #onBroken(caller: Caller): void {
    const at = this.#idle.indexOf(caller);
    if (at === -1) this.#brokenCount += 1;
    else this.#idle.splice(at, 1);
  }

  #arrived(): Arrived {
    const { durationMs } = this.#plan;
    const confirmed = this.#answers.filter(({ status }) => status === 'confirmed');
    const inTime = confirmed.filter(({ atMs }) => atMs <= durationMs).length;
    const failed = this.#answers.filter(({ status }) => status === 'failed').length;
    const latencies = this.#answers.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
    return {
      bookingsPerSecond: (inTime * 1_000) / durationMs,
      p50Ms: percentile(latencies, 50),
      p99Ms: percentile(latencies, 99),
      sentCount: this.#sentCount,
      unsentCount: this.#unsentCount,
      failedCount: failed + this.#brokenCount + this.#underWay,
      acknowledgedIds: confirmed.map(({ bookingId }) => bookingId),
    };
  }
}
