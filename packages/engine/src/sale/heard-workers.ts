import type { WorkerBeat } from './sale-news.ts';
import type { WorkersNow } from './sale-update.ts';

/** A worker says every other second that it is there: whoever is silent for so long has gone. */
const silentMsMax = 7_000;

/** Whoever has gone is told of for so long. */
const rememberedMs = 10 * 60_000;

const workerCountMax = 100;

/**
 * What was heard of workers.
 *
 * @example
 * workers.hear(id, beat, performance.now());
 * workers.at(performance.now()).count // 1
 */
export class HeardWorkers {
  readonly #heard = new Map<string, { readonly beat: WorkerBeat; readonly atMs: number }>();

  hear(id: string, beat: WorkerBeat, atMs: number): void {
    if (!this.#heard.has(id) && this.#heard.size >= workerCountMax) return;
    this.#heard.set(id, { beat, atMs });
  }

  /** It stops, as it was told to. */
  left(id: string): void {
    this.#heard.delete(id);
  }

  at(nowMs: number): WorkersNow {
    for (const [id, { atMs }] of this.#heard) {
      if (nowMs - atMs > rememberedMs) this.#heard.delete(id);
    }
    const all = [...this.#heard.values()];
    const there = all.filter(({ atMs }) => nowMs - atMs <= silentMsMax);
    const beats = there.map(({ beat }) => beat);
    const auditedAtMs = Math.max(0, ...beats.map((beat) => beat.auditedAtMs));
    return {
      count: there.length,
      silentCount: all.length - there.length,
      failing: distinct(beats.flatMap(({ failing }) => failing)),
      stalled: distinct(beats.flatMap(({ stalled }) => stalled)),
      // What was found stays found when its worker goes.
      driftSeats: all.reduce((sum, { beat }) => sum + beat.driftSeats, 0),
      violationCount: Math.max(0, ...all.map(({ beat }) => beat.violationCount)),
      auditedAt: auditedAtMs === 0 ? null : new Date(auditedAtMs).toISOString(),
    };
  }
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
