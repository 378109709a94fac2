import { lastVersionOf, type LiveUpdate, type Watching } from '@holdfast/engine';

/** An update of one of several events that are watched together. */
export interface NamedUpdate {
  readonly eventId: string;
  readonly update: LiveUpdate;
  /** How far the whole watch has come with it: see WatchProgress. */
  readonly id: string;
}

/**
 * How far a watch of several events has come: the last version of each that its watcher was told, in
 * the order in which the events were asked for, nothing for one of which it was told nothing.
 *
 * @example
 * const progress = new WatchProgress([{ eventId: one, afterVersion: 3, … }, { eventId: two, … }]);
 * progress.note(1, update).id // '3.7'
 */
export class WatchProgress {
  readonly #watched: readonly Watching[];
  readonly #versions: (number | null)[];

  constructor(watched: readonly Watching[]) {
    this.#watched = watched;
    this.#versions = watched.map(({ afterVersion }) => afterVersion);
  }

  note(place: number, update: LiveUpdate): NamedUpdate {
    this.#versions[place] = lastVersionOf(update);
    const eventId = this.#watched[place]?.eventId ?? '';
    return { eventId, update, id: this.#versions.map((version) => version ?? '').join('.') };
  }
}

/** The versions that such an id has, in order. */
export function versionsIn(id: string): readonly (number | null)[] {
  return id.split('.').map((version) => (version === '' ? null : Number(version)));
}
