import type { LiveSales, SaleListener, SaleUpdate, SaleWatching } from '@holdfast/engine';
import { type TrackedEnvelope, tracked } from '@trpc/server';
import { SaleBacklog } from './sale-backlog.ts';
import type { Pushing, Sink } from './sink.ts';
import { lastSecondOf, saleFrameOf } from './stream-frame.ts';

/** What `event.sale` answers: how a sale goes, once a second. */
export class SaleWatch implements Pushing, AsyncIterable<TrackedEnvelope<SaleUpdate>> {
  readonly #sales: LiveSales;
  readonly #watching: SaleWatching;
  readonly #signal: AbortSignal | undefined;

  constructor(sales: LiveSales, watching: SaleWatching, signal: AbortSignal | undefined) {
    this.#sales = sales;
    this.#watching = watching;
    this.#signal = signal;
  }

  async pushTo(sink: Sink): Promise<() => void> {
    const listener: SaleListener = {
      push: (update) => sink.push(saleFrameOf(update)),
      end: (fault = null) => sink.end(fault),
    };
    const first = await this.#sales.join(this.#watching, listener);
    sink.begin(saleFrameOf(first));
    return () => this.#sales.leave(this.#watching.eventId, listener);
  }

  /** Whoever comes back is told of what it missed. */
  noteDropped(): void {}

  async *[Symbol.asyncIterator](): AsyncGenerator<TrackedEnvelope<SaleUpdate>> {
    const told = new SaleBacklog();
    const leave = () => told.end();
    this.#signal?.addEventListener('abort', leave, { once: true });
    try {
      const first = await this.#sales.join(this.#watching, told);
      yield tracked(lastSecondOf(first), first);
      if (this.#signal?.aborted) leave();
      for (let update = await told.next(); update !== null; update = await told.next()) {
        yield tracked(lastSecondOf(update), update);
      }
    } finally {
      this.#signal?.removeEventListener('abort', leave);
      this.#sales.leave(this.#watching.eventId, told);
    }
  }
}
