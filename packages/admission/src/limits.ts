/** Every bound of admission, in one place. Times are in milliseconds. */
export interface AdmissionLimits {
  /** A lease that is neither settled nor released lapses after this: what a crash leaves behind. */
  readonly leaseDurationMs: number;
  /** A no rests on one reading of PostgreSQL for at most this. Then somebody asks it again. */
  readonly noDurationMaxMs: number;
  /** A caller may repeat a no from memory for at most this. A fence's commit waits as long. */
  readonly noRepeatMs: number;
  /** What is not used for so long is forgotten: the event is cold again. */
  readonly keyDurationMs: number;
  /** Leases of one event at once. Who comes then is undecided. */
  readonly leaseCountMax: number;
  /** Lapsed leases that one call drops. The rest is for the next call. */
  readonly lapsedCountMax: number;
  /** Asks, or leases, of one call. The caller splits what is more. */
  readonly askCountMax: number;
  /** Events of one look at many. The caller splits what is more. */
  readonly eventCountMax: number;
  /** An event counts as active for so long after it was noted. */
  readonly activeDurationMs: number;
  /** Active events that are remembered. The oldest are forgotten first. */
  readonly activeCountMax: number;
}

export const admissionLimits: AdmissionLimits = {
  leaseDurationMs: 5_000,
  noDurationMaxMs: 1_000,
  noRepeatMs: 50,
  keyDurationMs: 10 * 60_000,
  leaseCountMax: 50_000,
  lapsedCountMax: 1_000,
  askCountMax: 500,
  eventCountMax: 500,
  activeDurationMs: 30_000,
  activeCountMax: 10_000,
};
