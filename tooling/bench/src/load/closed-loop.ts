import { setTimeout as pause } from 'node:timers/promises';
import { readAnswer } from './answer.ts';
import type { Deck } from './deck.ts';
import { type Line, openLine, openSome, type Reply } from './line.ts';
import type { Answered, Load, LoadPlan } from './load.ts';

/** After its time a load waits so long for the last answers. */
const lastAnswersMs = 20_000;

/** How long a connection that broke waits before it is opened again. */
const reopenMs = 20;

interface Caller {
  line: Line;
  /** How many calls it has sent. */
  sentCount: number;
  sentAtMs: number;
  bookingId: string;
  isOver: boolean;
}

/**
 * A load in a closed loop, while it is put on. Its connections stand before it begins.
 *
 * When time is over, connections send no more and wait for their answers, so nothing is under way
 * when the next load begins.
 *
 * @example
 * const loop = new ClosedLoop(plan, deck);
 * await loop.open();
 * const { answers } = await loop.run();
 */
export class ClosedLoop {
  readonly #plan: LoadPlan;
  readonly #deck: Deck;
  readonly #url: URL;
  readonly #callers: Caller[] = [];
  readonly #answers: Answered[] = [];
  readonly #allOver = Promise.withResolvers<void>();
  #openCount = 0;
  #errorCount = 0;
  #wholeUntilMs = Infinity;
  #startedAt = Infinity;

  constructor(plan: LoadPlan, deck: Deck) {
    this.#plan = plan;
    this.#deck = deck;
    this.#url = new URL(plan.url);
  }

  async open(): Promise<void> {
    await openSome(this.#plan.connections, () => this.#openCaller());
  }

  async run(): Promise<Load> {
    const { durationMs } = this.#plan;
    this.#startedAt = performance.now();
    this.#openCount = this.#callers.length;
    for (const [index, caller] of this.#callers.entries()) this.#send(caller, index);
    const late = new AbortController();
    await Promise.race([
      this.#allOver.promise,
      pause(durationMs + lastAnswersMs, null, { signal: late.signal }),
    ]);
    late.abort();
    const unanswered = this.#callers.filter(({ isOver }) => !isOver);
    for (const { line } of unanswered) line.end();
    return {
      answers: this.#answers,
      wholeUntilMs: Math.min(this.#wholeUntilMs, durationMs),
      errorCount: this.#errorCount + unanswered.length,
    };
  }

  /** A connection that cannot be opened fails when it is used. */
  async #openCaller(): Promise<void> {
    const index = this.#callers.length;
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const caller: Caller = {
      line: this.#openLine(index, resolve),
      sentCount: 0,
      sentAtMs: 0,
      bookingId: '',
      isOver: false,
    };
    this.#callers.push(caller);
    await opened;
  }

  #openLine(index: number, onSettled: () => void = () => {}): Line {
    return openLine(this.#url, {
      onOpen: onSettled,
      onReply: (reply) => this.#onReply(index, reply),
      onBroken: () => {
        onSettled();
        this.#onBroken(index);
      },
    });
  }

  #nowMs(): number {
    return performance.now() - this.#startedAt;
  }

  #send(caller: Caller, index: number): void {
    const { connections, durationMs, eventIds, isRepeated } = this.#plan;
    const turn = index + caller.sentCount * connections;
    const nowMs = this.#nowMs();
    const isDone = !isRepeated && turn >= this.#deck.length;
    if (isDone || nowMs >= durationMs) {
      this.#finish(caller, nowMs);
      return;
    }
    const call = this.#deck.deal(turn, eventIds);
    caller.sentCount += 1;
    caller.bookingId = call.bookingId;
    caller.sentAtMs = nowMs;
    caller.line.send(call.bytes);
  }

  #finish(caller: Caller, nowMs: number): void {
    this.#wholeUntilMs = Math.min(this.#wholeUntilMs, nowMs);
    caller.isOver = true;
    caller.line.end();
    this.#openCount -= 1;
    if (this.#openCount === 0) this.#allOver.resolve();
  }

  #onReply(index: number, { body }: Reply): void {
    const caller = this.#callers[index];
    if (caller === undefined) return;
    const { bookingId, sentAtMs, sentCount } = caller;
    const atMs = this.#nowMs();
    this.#answers.push({
      status: readAnswer(body, bookingId),
      bookingId,
      atMs,
      latencyMs: atMs - sentAtMs,
      isFirst: sentCount === 1,
    });
    this.#send(caller, index);
  }

  #onBroken(index: number): void {
    const caller = this.#callers[index];
    if (caller === undefined || caller.isOver) return;
    this.#errorCount += 1;
    setTimeout(() => {
      caller.line = this.#openLine(index);
      // Before the load's begin nothing is sent yet.
      if (this.#startedAt < Infinity) this.#send(caller, index);
    }, reopenMs);
  }
}
