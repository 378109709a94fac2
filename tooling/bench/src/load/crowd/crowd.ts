import { setTimeout as pause } from 'node:timers/promises';
import type { User } from '../users.ts';
import { openLine } from '../line.ts';
import { type AnswerKind, type Call, kindOf } from './record.ts';
import { countIds, idPlace, type Template, templateOf, withId } from '../template.ts';

/** A load on one event: every connection books, one seat a call, again and again. */
export interface CrowdPlan {
  readonly url: string;
  readonly eventId: string;
  readonly connectionCount: number;
  /** Connections that give back what was booked, as fast as they are answered. */
  readonly cancellerCount: number;
  readonly durationMs: number;
  /** Any UUIDv7. The bookings of this load have ids that begin as it does. */
  readonly firstId: string;
}

/** Calls in all, at most: what the memory of the generator is good for. */
const callCountMax = 1_500_000;

/** After its time a load waits so long for the last answers. */
const lastAnswersMs = 9_000;

/** Who finds nothing to give back, or nobody to book for, looks again after this. */
const lookAgainMs = 1;

/** How long a connection that broke waits before it is opened again. */
const reopenMs = 20;

/** Who has a booking asks no more, until it is given back. */
interface Booked {
  readonly template: Template;
  readonly bookingId: string;
  /** Whose turn the user is again when it is given back. */
  readonly hand: Template[];
}

/**
 * A load, while it is put on.
 *
 * @example const calls = await new Crowd(plan, users).run();
 */
export class Crowd {
  /** What ended before does not count. */
  countFromMs = 0;
  /** In the order in which they ended. */
  readonly calls: Call[] = [];
  readonly #plan: CrowdPlan;
  readonly #url: URL;
  readonly #booked: Booked[] = [];
  readonly #nextId: () => string;
  /** Whose turn it is next, on each connection. */
  readonly #hands: readonly Template[][];
  #startedAt = 0;

  /** Builds all requests, which takes longer than sending them. */
  constructor(plan: CrowdPlan, users: readonly User[]) {
    this.#plan = plan;
    this.#url = new URL(plan.url);
    this.#nextId = countIds(plan.firstId);
    this.#hands = this.#deal(users);
  }

  async run(): Promise<readonly Call[]> {
    const { connectionCount, cancellerCount, durationMs } = this.#plan;
    this.#startedAt = performance.now();
    const bookers = Array.from({ length: connectionCount }, (_, index) =>
      this.#bookUntilOver(this.#hands[index] ?? []),
    );
    const cancellers = Array.from({ length: cancellerCount }, () => this.#cancelUntilOver());
    const late = pause(durationMs + lastAnswersMs, null, { ref: false });
    await Promise.race([Promise.all([...bookers, ...cancellers]), late]);
    return this.calls;
  }

  countFromNow(): void {
    this.countFromMs = this.#nowMs();
  }

  get #isOver(): boolean {
    return this.#nowMs() >= this.#plan.durationMs || this.calls.length >= callCountMax;
  }

  #nowMs(): number {
    return performance.now() - this.#startedAt;
  }

  #deal(users: readonly User[]): Template[][] {
    const { eventId, connectionCount } = this.#plan;
    const body = JSON.stringify({ eventId, bookingId: idPlace, quantity: 1, isFirstAttempt: true });
    const hands: Template[][] = Array.from({ length: connectionCount }, () => []);
    for (const [index, user] of users.entries()) {
      const path = '/trpc/booking.book';
      hands[index % connectionCount]?.push(templateOf(user, { method: 'POST', path, body }));
    }
    return hands;
  }

  async #bookUntilOver(hand: Template[]): Promise<void> {
    const caller = new Caller(this.#url);
    while (!this.#isOver) {
      const template = hand.shift();
      if (template === undefined) {
        // Everybody has a booking, for good where nobody gives one back.
        if (this.#plan.cancellerCount === 0) break;
        await pause(lookAgainMs);
        continue;
      }
      const bookingId = this.#nextId();
      const kind = await this.#call(caller, withId(template, bookingId));
      if (kind === 'booked') this.#booked.push({ template, bookingId, hand });
      else hand.push(template);
    }
    caller.end();
  }

  async #cancelUntilOver(): Promise<void> {
    const caller = new Caller(this.#url);
    while (!this.#isOver) {
      const booked = this.#booked.shift();
      if (booked === undefined) {
        await pause(lookAgainMs);
        continue;
      }
      const kind = await this.#call(caller, this.#cancelOf(booked));
      if (kind === 'cancelled') booked.hand.push(booked.template);
      else this.#booked.push(booked);
    }
    caller.end();
  }

  #cancelOf({ template: { user }, bookingId }: Booked): Buffer {
    const body = JSON.stringify({ eventId: this.#plan.eventId, bookingId });
    const path = '/trpc/booking.cancel';
    return templateOf(user, { method: 'POST', path, body }).bytes;
  }

  async #call(caller: Caller, bytes: Buffer): Promise<AnswerKind> {
    const sentAtMs = this.#nowMs();
    const kind = await caller.call(bytes);
    this.calls.push({ kind, sentAtMs, endedAtMs: this.#nowMs() });
    if (kind === 'broken') await pause(reopenMs);
    return kind;
  }
}

/** Calls over one connection, which is opened again where it breaks. */
class Caller {
  readonly #url: URL;
  #line: ReturnType<typeof openLine> | null = null;
  #onEnd: (kind: AnswerKind) => void = () => {};

  constructor(url: URL) {
    this.#url = url;
  }

  async call(bytes: Buffer): Promise<AnswerKind> {
    const { promise, resolve } = Promise.withResolvers<AnswerKind>();
    this.#onEnd = resolve;
    this.#line ??= openLine(this.#url, {
      onReply: (reply) => this.#onEnd(kindOf(reply)),
      onBroken: () => {
        this.#line = null;
        this.#onEnd('broken');
      },
    });
    this.#line.send(bytes);
    return await promise;
  }

  end(): void {
    this.#line?.end();
  }
}
