const noneHeldBack: ReadonlySet<string> = new Set();

/**
 * What waits, in lines: one for each key, such as a user or an address. Lines take turns, and each
 * keeps its order, so whoever has ten thousand waiting is served as often as who has one. Adding and
 * taking one cost the same however many wait.
 *
 * It has no bound of its own: see Shares.
 *
 * @example
 * const queue = new FairQueue<string>();
 * for (const item of ['a1', 'a2', 'a3']) queue.add('ada', item);
 * queue.add('bob', 'b1');
 * queue.take(3); // ['a1', 'b1', 'a2']
 */
export class FairQueue<Item> {
  /** In the order of their turns. A line that is empty is forgotten. */
  readonly #lines = new Map<string, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(key: string, item: Item): void {
    this.#size += 1;
    const line = this.#lines.get(key);
    if (line === undefined) this.#lines.set(key, [item]);
    else line.push(item);
  }

  /** The next, at most so many, and none of the lines that are held back: these keep their turn. */
  take(countMax: number, heldBack: ReadonlySet<string> = noneHeldBack): Item[] {
    const taken: Item[] = [];
    // A line that is put back is met again.
    for (const [key, line] of this.#lines) {
      if (taken.length >= countMax) break;
      if (heldBack.has(key)) continue;
      const item = line.shift();
      if (item !== undefined) taken.push(item);
      this.#lines.delete(key);
      if (line.length > 0) this.#lines.set(key, line);
    }
    this.#size -= taken.length;
    return taken;
  }

  /** Takes out what does not want to wait any more. Says whether it still waited. */
  remove(key: string, item: Item): boolean {
    const line = this.#lines.get(key);
    const at = line?.indexOf(item) ?? -1;
    if (line === undefined || at === -1) return false;
    line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(key);
    this.#size -= 1;
    return true;
  }
}
