import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Ask } from '@holdfast/admission';
import { refused } from '@holdfast/domain';
import type { AdmissionLane } from './admission-lane.ts';
import type { AdmissionMetrics } from './admission-metrics.ts';
import type { ApiCommitter } from '../commit/api-committer.ts';
import type { Deadline } from '../http/deadline.ts';
import type { ApiOutcome, Arrival, Entrance } from './entrance.ts';
import type { GroupSettler } from './group-settler.ts';
import type { Lanes } from './lanes.ts';
import type { Pass } from './pass.ts';
import type { Plenty } from './plenty.ts';
import type { SoldOutMemory } from './sold-out-memory.ts';

/** Well within a fence's life (5 s), for a commit that waits for longer than that. */
const fenceRenewalMs = 1_500;

/** Redis counts whole milliseconds, and a timer may fire a part of one early. */
const clockGrainMs = 2;

interface AdmittedEntranceOptions {
  readonly committer: ApiCommitter;
  readonly lanes: Lanes;
  readonly memory: SoldOutMemory;
  readonly plenty: Plenty;
  readonly settler: GroupSettler;
  readonly metrics: AdmissionMetrics;
  /** For so long after any commit of which Redis does not know, somebody may say the old no. */
  readonly noDurationMaxMs: number;
  /** For so long after Redis knows of a commit, a process may say the old no from memory. */
  readonly noRepeatMs: number;
}

/**
 * The entrance with Redis before the committer. First attempts at a claim are refused early where a
 * no is certain, and Redis is asked about them unless seats are plenty. What may give seats back raises
 * a fence first, so that no such no outlives it. Everything else goes straight to the committer, as
 * all does while Redis is away.
 *
 * @example
 * const entrance = createAdmittedEntrance({ committer, lanes, memory, plenty, settler, … });
 * await entrance.submit(eventId, { command, isFirstAttempt: true }, deadlineAfter(8_000));
 */
export function createAdmittedEntrance(options: AdmittedEntranceOptions): Entrance {
  const { committer, lanes, settler } = options;
  return {
    async submit(eventId, arrival, deadline) {
      const ask = askOf(arrival);
      if (ask === null) {
        return await committer.submit(eventId, { ...arrival, pass: null }, deadline);
      }
      if (refusesByMemory(options, eventId, ask)) return refused('sold_out');
      if (isPlenty(options, eventId, ask))
        return await submitStraight(options, eventId, { arrival, ask, deadline });
      return await new Passage(options, eventId, deadline).submit(arrival, ask);
    },
    async idle() {
      await lanes.idle();
      await committer.idle();
      await settler.idle();
    },
  };
}

/** What Redis is asked about this command; `null`: nothing. */
function askOf({ command, isFirstAttempt }: Arrival): Ask | null {
  switch (command.type) {
    case 'reserve':
    case 'book':
      // A retry has to find its booking, even when everything is sold.
      return isFirstAttempt ? { leaseId: command.bookingId, quantity: command.quantity } : null;
    case 'cancel':
    case 'setCapacity':
      return { leaseId: randomUUID(), quantity: 0 };
    case 'confirm':
    case 'create':
    case 'update':
    case 'open':
    case 'close':
      return null;
  }
}

function refusesByMemory(
  { memory, metrics }: AdmittedEntranceOptions,
  eventId: string,
  { quantity }: Ask,
): boolean {
  const isRefused = quantity > 0 && memory.refuses(eventId, quantity, performance.now());
  if (isRefused) metrics.refusedByMemory.inc();
  return isRefused;
}

function isPlenty(
  { plenty }: AdmittedEntranceOptions,
  eventId: string,
  { quantity }: Ask,
): boolean {
  return quantity > 0 && plenty.has(eventId, quantity);
}

interface Straight {
  readonly arrival: Arrival;
  readonly ask: Ask;
  readonly deadline: Deadline;
}

/** To the committer, without asking Redis. */
async function submitStraight(
  { committer, plenty, metrics }: AdmittedEntranceOptions,
  eventId: string,
  { arrival, ask: { quantity }, deadline }: Straight,
): Promise<ApiOutcome> {
  metrics.unasked.inc();
  plenty.enter(eventId, quantity);
  try {
    return await committer.submit(eventId, { ...arrival, pass: null }, deadline);
  } finally {
    plenty.leave(eventId, quantity);
  }
}

/** One command's way through its event's lane and the committer. */
class Passage {
  readonly #options: AdmittedEntranceOptions;
  readonly #eventId: string;
  readonly #deadline: Deadline;

  constructor(options: AdmittedEntranceOptions, eventId: string, deadline: Deadline) {
    this.#options = options;
    this.#eventId = eventId;
    this.#deadline = deadline;
  }

  async submit(arrival: Arrival, ask: Ask): Promise<ApiOutcome> {
    const lane = this.#options.lanes.at(this.#eventId);
    const turn = await lane.enter(ask, this.#deadline);
    if (turn.type === 'sold_out') {
      this.#options.metrics.refusedByRedis.inc();
      return refused('sold_out');
    }
    if (turn.waitMs > 0) await pause(turn.waitMs + clockGrainMs);
    const outcome = await this.#commit(arrival, lane, turn.pass);
    if (outcome.status !== 'refused') await this.#outlastOldRefusals(turn.pass);
    return outcome;
  }

  async #commit(arrival: Arrival, lane: AdmissionLane, pass: Pass): Promise<ApiOutcome> {
    const isFence = pass.type === 'fence';
    const renewal = isFence ? setInterval(() => lane.renew(pass), fenceRenewalMs) : null;
    const { committer, plenty } = this.#options;
    plenty.enter(this.#eventId, pass.ask.quantity);
    try {
      return await committer.submit(this.#eventId, { ...arrival, pass }, this.#deadline);
    } finally {
      if (renewal !== null) clearInterval(renewal);
      plenty.leave(this.#eventId, pass.ask.quantity);
      if (!pass.isTaken) lane.leave(pass);
    }
  }

  /**
   * Whoever gave seats back hears of it when the no from before is over everywhere, so that no
   * refusal comes later than this answer. A fence that stood has seen to that. One may be lost, with
   * all that Redis had in it; and where Redis is away for this process, others may still ask it.
   */
  async #outlastOldRefusals({ type, fences }: Pass): Promise<void> {
    if (type !== 'fence' && type !== 'unfenced') return;
    const { memory, noDurationMaxMs, noRepeatMs } = this.#options;
    memory.forget(this.#eventId);
    const untilMs = performance.now() + Math.min(noDurationMaxMs, this.#deadline.remainingMs());
    const untold = () => pause(Math.max(0, untilMs - performance.now()), 'untold' as const);
    const end = await (type === 'fence' ? Promise.race([fences ?? untold(), untold()]) : 'untold');
    if (end === 'lost') await pause(noRepeatMs + clockGrainMs);
    else if (end === 'untold') await untold();
  }
}
