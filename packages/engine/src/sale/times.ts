/** Durations by class: each class with how many fell into it, the shortest first. */
export type PackedTimes = readonly (readonly [timeClass: number, count: number])[];

/** The first class ends here; each further one is so many times as long as the one before. */
const shortestMs = 0.125;
const classesPerDoubling = 4;
/** The last class has all that took longer than 7 s. */
const classCount = 64;

/**
 * Counts how long things took, as an addition each: in classes, each a fifth longer than the one
 * before, so that counts of many processes can be added and percentiles read from the sum.
 *
 * @example
 * const times = new Times();
 * times.note(12.5);
 * percentileMs(times.take(), 0.99) // 13.5: at most a fifth too long
 */
export class Times {
  readonly #counts = new Uint32Array(classCount);
  #isEmpty = true;

  note(durationMs: number): void {
    const place = classOf(durationMs);
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
    this.#isEmpty = false;
  }

  /** What was noted since it was last taken. */
  take(): PackedTimes {
    if (this.#isEmpty) return [];
    const packed: [number, number][] = [];
    for (const [place, count] of this.#counts.entries()) if (count > 0) packed.push([place, count]);
    this.#counts.fill(0);
    this.#isEmpty = true;
    return packed;
  }
}

function classOf(durationMs: number): number {
  if (durationMs <= shortestMs) return 0;
  const place = Math.ceil(Math.log2(durationMs / shortestMs) * classesPerDoubling);
  return Math.min(place, classCount - 1);
}

/** The counts of several, added. */
export function addTimes(all: readonly PackedTimes[]): PackedTimes {
  const counts = new Map<number, number>();
  for (const [place, count] of all.flat()) counts.set(place, (counts.get(place) ?? 0) + count);
  return [...counts].toSorted(([one], [other]) => one - other);
}

/** This part of them took no longer than that: the end of its class, in milliseconds. `null`: of nothing. */
export function percentileMs(times: PackedTimes, part: number): number | null {
  const total = times.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [place, count] of times) {
    seen += count;
    if (seen >= total * part) return roundedMs(shortestMs * 2 ** (place / classesPerDoubling));
  }
  return null;
}

/** To three digits: the classes are no finer. */
function roundedMs(durationMs: number): number {
  return Number(durationMs.toPrecision(3));
}
