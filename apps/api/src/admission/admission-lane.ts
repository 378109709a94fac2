import type { Admitted, Ask, Settled, Verdict } from '@holdfast/admission';
import type { Deadline } from '../http/deadline.ts';
import { Fault } from '../http/faults.ts';
import { type Pass, passOf } from './pass.ts';
import { type Turn, type Waiter, WaitingRoom } from './waiting-room.ts';

export interface LaneOptions {
  /** One call to Redis. A rejection, whatever it is: Redis has to be done without. */
  readonly admit: (asks: readonly Ask[]) => Promise<Admitted>;
  /** Takes back what is held in Redis by commands that will not be committed. Never rejects. */
  readonly release: (leases: readonly Ask[]) => Promise<void>;
  /** Hears every answer, with the time (`performance.now()`) at which it had been asked for. */
  readonly onAdmitted: (admitted: Admitted, sentAtMs: number) => void;
  readonly onProbe: () => void;
  /** Nothing waits, nothing is in flight: the lane may be forgotten. */
  readonly onIdle: () => void;
  /** Asks in one call, at most. */
  readonly askCountMax: number;
  /** Commands that wait here, at most. */
  readonly waitingCountMax: number;
  /** Probes in flight, at most, while what they bring back decides others. */
  readonly probeCountMin: number;
  /** The same where it does not, so that PostgreSQL has to be asked for everybody. */
  readonly probeCountMax: number;
  readonly retryAfterMs: number;
}

/** An instant of Redis' older than this is not worth a settlement's while: its no would be over. */
const clockAgeMaxMs = 1_000;

/**
 * The commands of one event that wait for admission's word, in one process. They are asked about
 * together: once per turn of the event loop, and one call at a time.
 *
 * A claim that Redis cannot decide waits here while a few others of its kind, the probes, go to
 * PostgreSQL; when one is out, all that wait are asked about again. No wake-up can be lost, since
 * whoever is left waiting has a probe in flight: `#sendProbes` ends every call.
 *
 * Where that brings no decision (an event that is closed, or unknown, is never certainly sold out)
 * the number of probes doubles with each round, so that a crowd gets its answers from group commits.
 */
export class AdmissionLane {
  readonly #options: LaneOptions;
  readonly #room: WaitingRoom;
  #leaving: Ask[] = [];
  #isAsking = false;
  #isScheduled = false;
  #releaseCount = 0;
  /** Passes that were given out and have not come back. */
  #insideCount = 0;
  #probeCount = 0;
  #probeLimit: number;
  /** A probe came back since Redis was last asked. */
  #isProbed = false;
  #clock = { asOfMs: 0, sentAtMs: Number.NEGATIVE_INFINITY };

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#probeLimit = options.probeCountMin;
    this.#room = new WaitingRoom({
      overloaded: () => this.#overloaded(),
      onGone: () => this.#forgetIfIdle(),
    });
  }

  get waitingCount(): number {
    return this.#room.size;
  }

  get isIdle(): boolean {
    const isBusy = this.#isAsking || this.#isScheduled || this.#releaseCount > 0;
    return !isBusy && this.#insideCount === 0 && this.waitingCount === 0;
  }

  /** The newest instant of Redis' that was heard here, or 0 when that is too long ago. */
  asOfMs(nowMs: number): number {
    return nowMs - this.#clock.sentAtMs <= clockAgeMaxMs ? this.#clock.asOfMs : 0;
  }

  /**
   * Waits for admission's word on this claim, or on this fence (quantity 0). A pass must come back,
   * once: by `leave`, or with its group by `groupOut`.
   *
   * Faults: `overloaded`, at once when the lane is full, or at the deadline.
   */
  async enter(ask: Ask, deadline: Deadline): Promise<Turn> {
    if (deadline.remainingMs() === 0 || this.#room.size >= this.#options.waitingCountMax) {
      this.#forgetIfIdle();
      throw this.#overloaded();
    }
    const turn = this.#room.enter(ask, deadline);
    this.#schedule();
    return await turn;
  }

  /** Keeps a fence from lapsing while its command waits for its commit. */
  renew(pass: Pass): void {
    if (pass.type === 'fence') void this.#options.admit([pass.ask]).catch(() => {});
  }

  /** A command is out that no commit ever had. */
  leave(pass: Pass): void {
    this.#countOut([pass]);
    if (pass.type === 'probe') this.#wake();
    else this.#release(pass.ask);
    this.#forgetIfIdle();
  }

  /** A group is out, and Redis was told (`settled`), or could not be (`null`). */
  groupOut(passes: readonly Pass[], settled: Settled | null): void {
    const hadProbe = this.#countOut(passes);
    if (hadProbe || (settled !== null && this.#mayDecide(settled))) this.#wake();
    this.#forgetIfIdle();
  }

  #countOut(passes: readonly Pass[]): boolean {
    const probeCount = passes.filter(({ type }) => type === 'probe').length;
    this.#insideCount -= passes.length;
    this.#probeCount -= probeCount;
    if (probeCount > 0) this.#isProbed = true;
    return probeCount > 0;
  }

  /** Would asking again tell anybody who waits more than before? */
  #mayDecide({ base, free }: Settled): boolean {
    if (base === null || free === null) return false;
    return free > 0 || this.#room.wantsMoreThan(base);
  }

  #wake(): void {
    this.#room.wake();
    this.#schedule();
  }

  #schedule(): void {
    const hasWork = this.#room.hasUnasked || this.#leaving.length > 0;
    if (this.#isScheduled || this.#isAsking || !hasWork) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    this.#flushLeaving();
    const asked = this.#room.takeUnasked(this.#options.askCountMax);
    if (asked.length > 0) await this.#askFor(asked);
    this.#schedule();
    this.#forgetIfIdle();
  }

  async #askFor(asked: readonly Waiter[]): Promise<void> {
    this.#isAsking = true;
    const sentAtMs = performance.now();
    const admitted = await this.#options.admit(asked.map(({ ask }) => ask)).catch((): null => null);
    this.#isAsking = false;
    if (admitted === null) {
      this.#letAllIn(asked);
      return;
    }
    this.#clock = { asOfMs: admitted.asOfMs, sentAtMs };
    this.#options.onAdmitted(admitted, sentAtMs);
    this.#hear(asked, admitted);
    this.#sendProbes();
  }

  #hear(asked: readonly Waiter[], { verdicts, waitMs }: Admitted): void {
    const claims = new Set<Verdict>();
    for (const [index, waiter] of asked.entries()) {
      const verdict = verdicts[index] ?? 'undecided';
      if (waiter.ask.quantity > 0) claims.add(verdict);
      this.#answer(waiter, verdict, waitMs);
    }
    const { probeCountMin, probeCountMax } = this.#options;
    if (claims.has('admitted') || claims.has('sold_out')) this.#probeLimit = probeCountMin;
    else if (this.#isProbed && claims.has('undecided')) {
      this.#probeLimit = Math.min(this.#probeLimit * 2, probeCountMax);
    }
    this.#isProbed = false;
  }

  #answer(waiter: Waiter, verdict: Verdict, waitMs: number): void {
    if (waiter.isGone) {
      if (verdict === 'admitted') this.#release(waiter.ask);
    } else if (verdict === 'undecided') {
      this.#room.keepUndecided(waiter);
    } else if (verdict === 'sold_out') {
      waiter.tell({ type: 'sold_out' });
    } else if (waiter.ask.quantity > 0) {
      this.#letIn(waiter, passOf('lease', waiter.ask), 0);
    } else {
      this.#letIn(waiter, passOf('fence', waiter.ask), waitMs);
    }
  }

  #sendProbes(): void {
    while (this.#probeCount < this.#probeLimit) {
      const waiter = this.#room.takeUndecided();
      if (waiter === null) return;
      this.#probeCount += 1;
      this.#options.onProbe();
      this.#letIn(waiter, passOf('probe', waiter.ask), 0);
    }
  }

  /** Redis is away: the bounded committer takes everybody. What it may yet hold is taken back later. */
  #letAllIn(asked: readonly Waiter[]): void {
    for (const waiter of [...asked, ...this.#room.takeAll()]) {
      const type = waiter.ask.quantity > 0 ? 'lease' : 'unfenced';
      if (waiter.isGone) this.#release(waiter.ask);
      else this.#letIn(waiter, passOf(type, waiter.ask), 0);
    }
  }

  #letIn(waiter: Waiter, pass: Pass, waitMs: number): void {
    this.#insideCount += 1;
    waiter.tell({ type: 'enter', pass, waitMs });
  }

  /** Together with what else leaves in this turn of the event loop. */
  #release(lease: Ask): void {
    this.#leaving.push(lease);
    this.#schedule();
  }

  #flushLeaving(): void {
    if (this.#leaving.length === 0) return;
    const leaving = this.#leaving;
    this.#leaving = [];
    this.#releaseCount += 1;
    void this.#options.release(leaving).then(() => {
      this.#releaseCount -= 1;
      this.#wake();
      this.#forgetIfIdle();
    });
  }

  #forgetIfIdle(): void {
    if (this.isIdle && this.#leaving.length === 0) this.#options.onIdle();
  }

  #overloaded(): Fault {
    return new Fault('overloaded', { retryAfterMs: this.#options.retryAfterMs });
  }
}
