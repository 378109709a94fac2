import type { Deadline } from '../deadline.ts';
import { Overloaded } from '../faults.ts';
import { EventLane } from './event-lane.ts';
import type {
  Answer,
  CommandGroup,
  GroupCommitter,
  GroupCommitterOptions,
  OutcomeUnknown,
} from './group-words.ts';
import { answer, answerNow, fail, type Ticket } from './ticket.ts';

/** A lane, and those of its commands that are being committed. */
interface Taken<Command, Outcome> {
  readonly lane: EventLane<Command, Outcome>;
  readonly tickets: readonly Ticket<Command, Outcome>[];
}

/** So many commits are in flight whatever their size. */
const eagerCommitCount = 2;

/**
 * A further one begins with so many commands, or after so long, which is what a commit takes. With
 * 100 callers on 10,000 events that is 5,600 bookings/s in place of 4,000.
 */
const worthwhileCommandCount = 32;
const gatherMsMax = 5;

/** A commit, by how many of its events are still in flight. */
interface OpenCommit {
  openCount: number;
}

/**
 * Makes many commands of one event share one commit, which is what lifts a hot event from 2,471 to
 * 27,052 bookings/s (decision 0005): per event and process one group is in flight, and what
 * arrives meanwhile is the next one. What arrives in one turn of the event loop goes together, so an
 * idle event commits at once and a lone command waits for nobody, and a thousand callers take the
 * same path as one.
 *
 * Where enough waits, a second group of the event is sent while the first is in flight, so that it is there when the
 * first ends (decision 0020). Nobody has commands in both.
 *
 * Where more wait than a group holds, callers take turns: so one who sends thousands of commands delays
 * the others by no more than a group.
 *
 * Events that have work at the same time go together in one commit, and while two are in flight the
 * next one gathers for some milliseconds, unless it has enough already: so ten thousand lukewarm
 * events cost little more than a hot one.
 *
 * @example
 * const commit = (groups) => commitGroups(database, groups, known).map(async (end) => (await end).outcomes);
 * const committer = createGroupCommitter({ commit, … });
 * const outcome = await committer.submit(eventId, reserve, deadlineAfter(10_000));
 */
export function createGroupCommitter<Command, Outcome>(
  options: GroupCommitterOptions<Command, Outcome>,
): GroupCommitter<Command, Outcome> {
  return new LaneCommitter(options);
}

class LaneCommitter<Command, Outcome> implements GroupCommitter<Command, Outcome> {
  readonly #options: GroupCommitterOptions<Command, Outcome>;
  /** Idle events are forgotten, so this is bounded by the callers that wait now. */
  readonly #lanes = new Map<string, EventLane<Command, Outcome>>();
  /** Lanes that have work and wait for a free commit, the longest waiting first. */
  readonly #ready = new Set<EventLane<Command, Outcome>>();
  #commitCount = 0;
  #isScheduled = false;
  #gathering: NodeJS.Timeout | null = null;
  #idleWaiters: (() => void)[] = [];

  constructor(options: GroupCommitterOptions<Command, Outcome>) {
    this.#options = options;
  }

  get eventCount(): number {
    return this.#lanes.size;
  }

  async submit(eventId: string, command: Command, deadline: Deadline) {
    const timeoutMs = deadline.remainingMs();
    if (timeoutMs === 0) throw this.#overloaded();
    const lane = this.#lanes.get(eventId) ?? this.#openLane(eventId);
    if (lane.waitingCount >= this.#options.queueLengthMax) throw this.#overloaded();
    const { promise, resolve, reject } = Promise.withResolvers<Outcome | OutcomeUnknown>();
    const timer = setTimeout(() => this.#giveUp(lane, ticket), timeoutMs);
    const arrivedAtMs = performance.now();
    const caller = this.#options.callerOf(command);
    const ticket: Ticket<Command, Outcome> = {
      command,
      caller,
      resolve,
      reject,
      timer,
      arrivedAtMs,
      isAnswered: false,
    };
    lane.add(ticket);
    if (lane.isReady(this.#options.furtherGroupSizeMin)) this.#ready.add(lane);
    this.#schedule();
    return await promise;
  }

  async idle(): Promise<void> {
    if (this.#lanes.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#idleWaiters.push(resolve);
    await promise;
  }

  #openLane(eventId: string): EventLane<Command, Outcome> {
    if (this.#lanes.size >= this.#options.eventCountMax) throw this.#overloaded();
    const lane = new EventLane<Command, Outcome>(eventId);
    this.#lanes.set(eventId, lane);
    return lane;
  }

  /** In the same turn of the event loop, once all requests that it brought have been read. */
  #schedule(): void {
    if (this.#isScheduled || this.#ready.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#startCommits();
    });
  }

  #startCommits(isGathered = false): void {
    const { commitCountMax } = this.#options;
    while (this.#ready.size > 0 && this.#commitCount < commitCountMax) {
      if (!isGathered && !this.#isWorthACommit()) return this.#gather();
      const taken = this.#takeReady();
      if (taken.length > 0) this.#commit(taken);
    }
  }

  /** Beyond a few commits at a time, one more takes work from the others: it has to be worth it. */
  #isWorthACommit(): boolean {
    return this.#commitCount < eagerCommitCount || this.#hasReady(worthwhileCommandCount);
  }

  /** Are there at least so many commands that could be committed now? */
  #hasReady(commandCount: number): boolean {
    let count = 0;
    for (const { waitingCount } of this.#ready) {
      count += waitingCount;
      if (count >= commandCount) return true;
    }
    return false;
  }

  /** Nobody waits for others for longer than this, whatever becomes of the commits under way. */
  #gather(): void {
    if (this.#gathering !== null) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = null;
      this.#startCommits(true);
    }, gatherMsMax);
  }

  #takeReady(): readonly Taken<Command, Outcome>[] {
    const taken = this.#takeFirstGroups();
    return taken.length > 0 ? taken : this.#takeFurtherGroup();
  }

  /** As many of the lanes that have nothing in flight as fit into one commit. */
  #takeFirstGroups(): readonly Taken<Command, Outcome>[] {
    const { groupSizeMax, commitEventCountMax } = this.#options;
    const taken: Taken<Command, Outcome>[] = [];
    let room = groupSizeMax;
    for (const lane of this.#ready) {
      if (room === 0 || taken.length === commitEventCountMax) break;
      if (lane.groupCount > 0) continue;
      this.#ready.delete(lane);
      const tickets = lane.take(room);
      room -= tickets.length;
      taken.push({ lane, tickets });
    }
    return taken;
  }

  /**
   * The further group of an event, when no other event waits: it takes a connection, and waits there for the row that
   * the group before it has locked. It goes alone, because a commit of many events leaves locked rows out.
   */
  #takeFurtherGroup(): readonly Taken<Command, Outcome>[] {
    const [lane] = this.#ready;
    if (lane === undefined) return [];
    this.#ready.delete(lane);
    const tickets = lane.take(this.#options.groupSizeMax);
    // All that wait may be of callers who have a command in flight.
    return tickets.length === 0 ? [] : [{ lane, tickets }];
  }

  #commit(taken: readonly Taken<Command, Outcome>[]): void {
    this.#commitCount += 1;
    const commit = { openCount: taken.length };
    const ends = this.#begin(taken);
    for (const [index, each] of taken.entries()) void this.#finish(commit, each, ends[index]);
  }

  #begin(
    taken: readonly Taken<Command, Outcome>[],
  ): readonly Promise<readonly Answer<Outcome>[]>[] {
    const nowMs = performance.now();
    const groups = taken.map(({ lane: { eventId }, tickets }) => {
      const waitedMs = nowMs - (tickets[0]?.arrivedAtMs ?? nowMs);
      this.#options.onGroup(eventId, tickets.length, waitedMs);
      return {
        eventId,
        commands: tickets.map(({ command }) => command),
        answerNow: (place: number, outcome: Answer<Outcome>) => answerNow(tickets[place], outcome),
      };
    });
    return this.#give(groups);
  }

  /** An error that got out of here would end the process, and the callers would hear nothing. */
  #give(
    groups: readonly CommandGroup<Command, Outcome>[],
  ): readonly Promise<readonly Answer<Outcome>[]>[] {
    try {
      return this.#options.commit(groups);
    } catch (error) {
      if (groups.length > 1) return groups.flatMap((group) => this.#give([group]));
      return [rejected(error)];
    }
  }

  /**
   * The event's next group goes before the answers of this one are written, so that PostgreSQL has
   * work meanwhile: with 100 callers that is a fifth of the time.
   */
  async #finish(
    commit: OpenCommit,
    taken: Taken<Command, Outcome>,
    end: Promise<readonly Answer<Outcome>[]> | undefined,
  ): Promise<void> {
    const answers = await this.#answersOf(taken, end);
    commit.openCount -= 1;
    if (commit.openCount === 0) this.#commitCount -= 1;
    this.#leave(taken);
    for (const tell of answers) tell();
  }

  /** What is left to tell. Where one caller is to blame, each is tried alone, and told at once. */
  async #answersOf(
    { lane, tickets }: Taken<Command, Outcome>,
    end: Promise<readonly Answer<Outcome>[]> | undefined,
  ): Promise<readonly (() => void)[]> {
    try {
      const outcomes = (await end) ?? [];
      return tickets.map((ticket, index) => () => answer(ticket, outcomes[index]));
    } catch (error) {
      if (tickets.length === 1 || this.#options.failsWholeGroup(error)) {
        return tickets.map((ticket) => () => fail(ticket, error));
      }
      for (const ticket of tickets.filter(({ isAnswered }) => !isAnswered)) {
        const alone = { lane, tickets: [ticket] };
        const [endAlone] = this.#begin([alone]);
        for (const tell of await this.#answersOf(alone, endAlone)) tell();
      }
      return [];
    }
  }

  #leave({ lane, tickets }: Taken<Command, Outcome>): void {
    lane.end(tickets);
    if (lane.isIdle) this.#forget(lane);
    else if (lane.isReady(this.#options.furtherGroupSizeMin)) this.#ready.add(lane);
    this.#startCommits();
  }

  /** A command that still waits is taken out unwritten. One in flight may be written or not. */
  #giveUp(lane: EventLane<Command, Outcome>, ticket: Ticket<Command, Outcome>): void {
    if (!lane.remove(ticket)) return ticket.resolve({ status: 'unknown' });
    ticket.reject(this.#overloaded());
    if (lane.isIdle) this.#forget(lane);
  }

  #forget(lane: EventLane<Command, Outcome>): void {
    this.#ready.delete(lane);
    this.#lanes.delete(lane.eventId);
    if (this.#lanes.size > 0) return;
    for (const wake of this.#idleWaiters) wake();
    this.#idleWaiters = [];
  }

  #overloaded(): Overloaded {
    return new Overloaded(this.#options.retryAfterMs);
  }
}

async function rejected(error: unknown): Promise<never> {
  throw error;
}
