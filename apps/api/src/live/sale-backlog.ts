import type { SaleListener, SaleUpdate } from '@holdfast/engine';

/** Updates that wait for who does not take them, at most; then the oldest is left out. */
const waitingCountMax = 60;

/** What a console was told and has not taken yet, for who takes one after the other. */
export class SaleBacklog implements SaleListener {
  readonly #waiting: SaleUpdate[] = [];
  #isEnded = false;
  #fault: Error | null = null;
  #wake: (() => void) | null = null;

  push(update: SaleUpdate): void {
    this.#waiting.push(update);
    if (this.#waiting.length > waitingCountMax) this.#waiting.shift();
    this.#wake?.();
  }

  end(fault: Error | null = null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#fault = fault;
    this.#wake?.();
  }

  /** The next one; `null` at the end. Throws the fault that it ended with. */
  async next(): Promise<SaleUpdate | null> {
    if (this.#waiting.length === 0 && !this.#isEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
      this.#wake = null;
    }
    if (this.#fault !== null) throw this.#fault;
    return this.#isEnded ? null : (this.#waiting.shift() ?? null);
  }
}
