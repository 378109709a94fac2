import { FairQueue } from '../fair/fair-queue.ts';
import { byArrival, type Ticket } from './ticket.ts';

/** Groups of one event in flight at a time. A third gains nothing (decision 0020). */
const groupCountMax = 2;

/** The commands of one event: those that wait, each caller's in order of arrival, and the groups in flight. */
export class EventLane<Command, Outcome> {
  readonly eventId: string;
  readonly #waiting = new FairQueue<Ticket<Command, Outcome>>();
  readonly #inFlight = new Set<readonly Ticket<Command, Outcome>[]>();
  #inFlightCount = 0;

  constructor(eventId: string) {
    this.eventId = eventId;
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get groupCount(): number {
    return this.#inFlight.size;
  }

  get isIdle(): boolean {
    return this.waitingCount === 0 && this.groupCount === 0;
  }

  /**
   * May a group begin now? The first one with whatever waits. A further one beside it only where that many wait, and
   * as many as are in flight: else small commits would do the work of large ones, and each has a cost of its own.
   */
  isReady(furtherGroupSizeMin: (eventId: string) => number): boolean {
    if (this.groupCount === 0) return this.waitingCount > 0;
    if (this.groupCount === groupCountMax) return false;
    if (this.waitingCount < this.#inFlightCount) return false;
    return this.waitingCount >= furtherGroupSizeMin(this.eventId);
  }

  add(ticket: Ticket<Command, Outcome>): void {
    this.#waiting.add(ticket.caller, ticket);
  }

  /** Takes out a command that does not want to wait any more. Says whether it still waited. */
  remove(ticket: Ticket<Command, Outcome>): boolean {
    return this.#waiting.remove(ticket.caller, ticket);
  }

  /**
   * The next group, in flight from now on; it may be none. Who has a command in flight waits: what a caller sends
   * first is decided first, as a reserve before the cancel of the same booking.
   */
  take(countMax: number): readonly Ticket<Command, Outcome>[] {
    const callersInFlight = new Set([...this.#inFlight].flat().map(({ caller }) => caller));
    const group = this.#waiting.take(countMax, callersInFlight).toSorted(byArrival);
    if (group.length > 0) this.#inFlight.add(group);
    this.#inFlightCount += group.length;
    return group;
  }

  /** A group that was taken is over. */
  end(group: readonly Ticket<Command, Outcome>[]): void {
    if (this.#inFlight.delete(group)) this.#inFlightCount -= group.length;
  }
}
