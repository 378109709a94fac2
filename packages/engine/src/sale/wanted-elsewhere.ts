/** A process that wants to know of an event says so every four seconds. */
const wantedMsMax = 10_000;

/** Events and processes of which this one keeps that they want to know; others are not told. */
const eventCountMax = 50;
const processCountMax = 50;

interface WantedElsewhereOptions {
  /** Somebody elsewhere wants to know of this event, for the first time or again. */
  readonly onWanted: (eventId: string) => void;
  /** Nobody does any more. */
  readonly onUnwanted: (eventId: string) => void;
}

/**
 * Of which events other processes want to know, until when.
 *
 * @example
 * wanted.hear('another process', [eventId], nowMs); // true: it has to be told of the past, too
 * wanted.at(nowMs) // [eventId]
 */
export class WantedElsewhere {
  readonly #untilMs = new Map<string, Map<string, number>>();
  readonly #options: WantedElsewhereOptions;

  constructor(options: WantedElsewhereOptions) {
    this.#options = options;
  }

  /** Which of these does this process want to know of that did not before? */
  hear(process: string, eventIds: readonly string[], nowMs: number): readonly string[] {
    return eventIds.filter((eventId) => this.#note(process, eventId, nowMs));
  }

  /** The process has gone. */
  left(process: string): void {
    for (const untilMs of this.#untilMs.values()) untilMs.delete(process);
  }

  /** What is wanted now. */
  at(nowMs: number): readonly string[] {
    for (const [eventId, processes] of this.#untilMs) {
      for (const [process, untilMs] of processes) if (untilMs < nowMs) processes.delete(process);
      if (processes.size > 0) continue;
      this.#untilMs.delete(eventId);
      this.#options.onUnwanted(eventId);
    }
    return [...this.#untilMs.keys()];
  }

  #note(process: string, eventId: string, nowMs: number): boolean {
    const processes = this.#untilMs.get(eventId) ?? new Map<string, number>();
    const isNewEvent = !this.#untilMs.has(eventId);
    const isNew = !processes.has(process);
    const isRoom = isNewEvent
      ? this.#untilMs.size < eventCountMax
      : processes.size < processCountMax;
    if (isNew && !isRoom) return false;
    processes.set(process, nowMs + wantedMsMax);
    if (isNewEvent) {
      this.#untilMs.set(eventId, processes);
      this.#options.onWanted(eventId);
    }
    return isNew;
  }
}
