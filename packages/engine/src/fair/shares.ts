/**
 * Places that callers take and give back, none of them more than a share. As many entries are kept as
 * there are callers who have a place now.
 *
 * @example
 * const shares = new Shares(1);
 * shares.enter('ada'); // true: she has a place
 * shares.enter('ada'); // false
 * shares.leave('ada');
 */
export class Shares {
  readonly #countPerKeyMax: number;
  readonly #withoutBound: readonly string[];
  readonly #countByKey = new Map<string, number>();

  /** `withoutBound`: keys that are no caller's, and whose places are bounded otherwise. */
  constructor(countPerKeyMax: number, withoutBound: readonly string[] = []) {
    this.#countPerKeyMax = countPerKeyMax;
    this.#withoutBound = withoutBound;
  }

  hasRoom(key: string): boolean {
    const count = this.#countByKey.get(key) ?? 0;
    return count < this.#countPerKeyMax || this.#withoutBound.includes(key);
  }

  /** Takes a place, which has to be given back. `false`: the caller has as many as one may have. */
  enter(key: string): boolean {
    if (!this.hasRoom(key)) return false;
    this.#countByKey.set(key, (this.#countByKey.get(key) ?? 0) + 1);
    return true;
  }

  leave(key: string): void {
    const count = this.#countByKey.get(key);
    if (count === undefined) throw new Error('A place was given back twice.');
    if (count === 1) this.#countByKey.delete(key);
    else this.#countByKey.set(key, count - 1);
  }
}
