import type { SeatsOfSecond } from '@holdfast/data';
import type { EngineFault } from '../faults.ts';
import type { LiveChange, LiveUpdate } from '../live/live-change.ts';
import type { Listener } from '../live/live-watcher.ts';
import { nothingSampled, type SaleSample, sumOfSamples } from './sample.ts';
import { pastSecondsMax, type SampledSecond } from './sale-tallies.ts';
import {
  saleSecond,
  type SaleNow,
  type SaleSecond,
  type SaleSeats,
  type SaleUpdate,
} from './sale-update.ts';

/** Whoever shows a sale, live. */
export interface SaleListener {
  push(update: SaleUpdate): void;
  /** Nothing comes any more. `fault`: why, where it is not the listener that has left. */
  end(fault?: EngineFault | null): void;
}

/** What is known of one second. */
interface Entry {
  /** By process. */
  readonly samples: Map<string, SaleSample>;
  seats: SaleSeats | null;
}

/**
 * One event whose sale somebody watches here: what all processes counted of it, second by second, and its
 * seats. As a listener it hears how the event changes.
 */
export class LiveSale implements Listener {
  readonly listeners = new Set<SaleListener>();
  readonly #entries = new Map<number, Entry>();
  /** Seconds of which more is known than was told. */
  readonly #changed = new Set<number>();
  #event: LiveChange | null = null;

  /** How the event stands, once it was read. */
  get event(): LiveChange {
    if (this.#event === null) throw new Error('A sale was told of before its event was read.');
    return this.#event;
  }

  /** Can it be told of? */
  get isRead(): boolean {
    return this.#event !== null;
  }

  push({ changes }: LiveUpdate): void {
    this.#event = changes.at(-1) ?? this.#event;
  }

  end(fault: EngineFault | null = null): void {
    for (const listener of this.listeners) listener.end(fault);
  }

  /** A process counted this. What it said before of the same second is no more true. */
  note(process: string, [second, sample]: SampledSecond): void {
    this.#changed.add(second);
    this.#entryOf(second).samples.set(process, sample);
  }

  /** What was before anybody watched: whoever comes is told of it first, and so it is no news. */
  notePast(process: string, samples: readonly SampledSecond[]): void {
    for (const [second, sample] of samples) this.#entryOf(second).samples.set(process, sample);
  }

  /** The same of seats. */
  noteSeatsOfPast(past: readonly SeatsOfSecond[]): void {
    for (const { second, ...seats } of past) this.#entryOf(second).seats = seats;
  }

  /** The seats at the end of this second. */
  noteSeats(second: number, { seatCount, availableSeats, heldSeats }: SaleSeats): void {
    this.#changed.add(second);
    this.#entryOf(second).seats = { seatCount, availableSeats, heldSeats };
  }

  /** All that is known after this second, `null`: of the last minutes. */
  since(second: number | null, now: SaleNow): SaleUpdate {
    const known = [...this.#entries.keys()].filter((each) => second === null || each > second);
    return this.#updateOf(known, now);
  }

  /** What is known now, and was not told. */
  news(now: SaleNow): SaleUpdate {
    const changed = [...this.#changed];
    this.#changed.clear();
    return this.#updateOf(changed, now);
  }

  /** Forgets what is too long ago. */
  forgetBefore(second: number): void {
    for (const each of this.#entries.keys()) {
      if (each >= second) continue;
      this.#entries.delete(each);
      this.#changed.delete(each);
    }
  }

  #updateOf(seconds: readonly number[], now: SaleNow): SaleUpdate {
    const inOrder = seconds.toSorted((one, other) => one - other).slice(-pastSecondsMax);
    const told = inOrder.flatMap((second) => {
      const entry = this.#entries.get(second);
      return entry === undefined ? [] : [secondOf(second, entry)];
    });
    return { seconds: told, now };
  }

  #entryOf(second: number): Entry {
    const known = this.#entries.get(second);
    if (known !== undefined) return known;
    const entry: Entry = { samples: new Map(), seats: null };
    this.#entries.set(second, entry);
    return entry;
  }
}

function secondOf(second: number, { samples, seats }: Entry): SaleSecond {
  const sample = samples.size === 0 ? nothingSampled : sumOfSamples([...samples.values()]);
  return saleSecond(second, sample, seats);
}
