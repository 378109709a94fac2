import type { ProcessNow } from './sale-news.ts';

/** A process that counts an event says so every second. */
const silentMsMax = 3_500;

const processCountMax = 100;

interface Heard {
  readonly eventId: string;
  readonly process: ProcessNow;
  readonly atMs: number;
}

/**
 * What other api processes said last of events.
 *
 * @example
 * processes.hear(id, { eventId, process, atMs: performance.now() });
 * processes.of(eventId, performance.now()) // [process], until it has been silent for some seconds
 */
export class HeardProcesses {
  readonly #heard = new Map<string, Map<string, Heard>>();

  hear(id: string, heard: Heard): void {
    if (!this.#heard.has(id) && this.#heard.size >= processCountMax) return;
    const events = this.#heard.get(id) ?? new Map<string, Heard>();
    events.set(heard.eventId, heard);
    this.#heard.set(id, events);
  }

  left(id: string): void {
    this.#heard.delete(id);
  }

  /** Those that count this event now. */
  of(eventId: string, nowMs: number): readonly ProcessNow[] {
    this.#forget(nowMs);
    return [...this.#heard.values()].flatMap((events) => events.get(eventId)?.process ?? []);
  }

  #forget(nowMs: number): void {
    for (const [id, events] of this.#heard) {
      for (const [eventId, { atMs }] of events) {
        if (nowMs - atMs > silentMsMax) events.delete(eventId);
      }
      if (events.size === 0) this.#heard.delete(id);
    }
  }
}
