import type { SaleSample } from './sample.ts';
import { SaleTally } from './sale-tally.ts';

/** The past that a console is shown that was opened late. */
export const pastSecondsMax = 180;

/**
 * Events that are counted without being asked for: those that were busy first. A process that sells ten
 * thousand at a time counts these few, and pays for the others a look into a map.
 */
const placeCountMax = 32;

/** A second, by the number of seconds since 1970, and what was counted in it. */
export type SampledSecond = readonly [second: number, sample: SaleSample];

interface Place {
  readonly tally: SaleTally;
  /** The past, the oldest first. Seconds in which nothing came are left out. */
  readonly past: SampledSecond[];
  /** Somebody wants to know of this event, so it keeps its place. */
  wantedCount: number;
}

/**
 * What this process counts of its events, second by second, with the last minutes. It has no clock: who
 * owns it ends each second.
 *
 * @example
 * tallies.find(eventId)?.accepted('reserve');
 * tallies.endSecond(Math.floor(Date.now() / 1_000));
 * tallies.pastOf(eventId) // [[1795780000, { accepted: { reserve: 1 }, … }]]
 */
export class SaleTallies {
  readonly #places = new Map<string, Place>();

  /** Where commands of this event are counted; `null`: there is no place left, and nobody wants to know. */
  find(eventId: string): SaleTally | null {
    const place = this.#places.get(eventId);
    if (place !== undefined) return place.tally;
    return this.#places.size < placeCountMax ? this.#open(eventId).tally : null;
  }

  /** From now on this event is counted, until it is as often unwanted. */
  want(eventId: string): void {
    const place = this.#places.get(eventId) ?? this.#open(eventId);
    place.wantedCount += 1;
  }

  unwant(eventId: string): void {
    const place = this.#places.get(eventId);
    if (place !== undefined) place.wantedCount = Math.max(0, place.wantedCount - 1);
  }

  pastOf(eventId: string): readonly SampledSecond[] {
    return this.#places.get(eventId)?.past ?? [];
  }

  /** What was counted until now was of this second. Events of which nothing came for minutes give their place up. */
  endSecond(second: number): void {
    const oldest = second - pastSecondsMax;
    for (const [eventId, { tally, past, wantedCount }] of this.#places) {
      const sample = tally.take();
      if (sample !== null) past.push([second, sample]);
      while ((past[0]?.[0] ?? second) <= oldest) past.shift();
      if (past.length === 0 && wantedCount === 0) this.#places.delete(eventId);
    }
  }

  #open(eventId: string): Place {
    const place: Place = { tally: new SaleTally(), past: [], wantedCount: 0 };
    this.#places.set(eventId, place);
    return place;
  }
}
