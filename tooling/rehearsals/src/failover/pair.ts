/** When what happened, in milliseconds since the primary was killed. */
export interface Promotion {
  /** Whoever watches the primary was sure that it is gone; `null`: nobody tells. */
  readonly noticedMs: number | null;
  /** The standby is the primary, and the address leads to it. */
  readonly promotedMs: number;
}

/** A primary of PostgreSQL and the standby that its commits wait for, behind one address. */
export interface Pair extends AsyncDisposable {
  /** The address that processes use: it leads to the primary. As a role that may make databases. */
  readonly url: string;
  /** From the kill on, with the time that it takes to notice it. */
  readonly recoveryMsMax: number;
  /** SIGKILL to every process of it, as when its machine loses power. */
  killPrimary(): void;
  /** Until the standby is the primary, and the address leads to it. */
  failOver(): Promise<Promotion>;
  /**
   * Lets the former primary come back as a supervisor would start it, that knows nothing of the promotion.
   *
   * @returns a sentence for each thing that does not hold
   */
  bringFormerBack(): Promise<readonly string[]>;
  /** Until the primary has a standby again, for which each commit waits. */
  addStandby(): Promise<void>;
}

/** A pair whose commits can be told not to wait, for the control. */
export interface LoosePair extends Pair {
  /** From now on no commit waits for the standby. */
  makeAsynchronous(): Promise<void>;
  /** Nothing of the primary reaches the standby any more. */
  holdBackStream(): void;
}
