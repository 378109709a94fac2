const bytesMaxDefault = 256 * 1_024 * 1_024;

/**
 * What waits in all streams of a process together. Each alone may be within its bound and all of
 * them still fill the heap: then who is more behind than the others are is dropped.
 *
 * @example backlog.change(0, 400); backlog.isTooMuch(400) // false
 */
export class WatchBacklog {
  readonly #bytesMax: number;
  #bytes = 0;
  #behindCount = 0;

  constructor(bytesMax = bytesMaxDefault) {
    this.#bytesMax = bytesMax;
  }

  /** What waits now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** So much waited in one of them, and now so much does. */
  change(beforeBytes: number, bytes: number): void {
    this.#bytes += bytes - beforeBytes;
    this.#behindCount += Number(bytes > 0) - Number(beforeBytes > 0);
  }

  /** Should the one in which so much waits be dropped? Only who is at the mean or above it. */
  isTooMuch(bytes: number): boolean {
    return this.#bytes > this.#bytesMax && bytes * this.#behindCount >= this.#bytes;
  }
}
