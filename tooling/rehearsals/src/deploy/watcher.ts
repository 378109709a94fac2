/** Somebody who watches through the proxy while processes come and go. */
export interface Watcher {
  /** How it watches, for people. */
  readonly name: string;
  /** How often its stream was cut and made again. */
  readonly cutCount: number;
  /** Has it heard of this version? */
  hasHeard(version: number): boolean;
  /** A sentence for each thing that it did not hear of. */
  missed(): readonly string[];
  stop(): Promise<void>;
}

/** The versions that one watcher was told of, in the order in which it was. */
export class HeardVersions {
  #first: number | null = null;
  #last = 0;
  #problem: string | null = null;

  get last(): number {
    return this.#last;
  }

  /** Each version but the first must come after the one before. `restarted`: some were left out. */
  note(version: number, restarted: boolean): void {
    const isNext = version === this.#last + 1 && !restarted;
    if (this.#first === null) this.#first = version;
    else if (!isNext) this.#problem ??= `version ${version} came after ${this.#last}`;
    this.#last = version;
  }

  problems(): readonly string[] {
    return this.#problem === null ? [] : [this.#problem];
  }
}
