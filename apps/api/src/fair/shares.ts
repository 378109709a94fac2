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
  readonly #countByKey = new Map<string, number>();

  constructor(countPerKeyMax: number) {
    this.#countPerKeyMax = countPerKeyMax;
  }

  hasRoom(key: string): boolean {
    return (this.#countByKey.get(key) ?? 0) < this.#countPerKeyMax;
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
