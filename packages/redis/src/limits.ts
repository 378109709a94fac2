/** Every bound of admission, in one place. Times are in milliseconds. */
export interface AdmissionLimits {
  /** A fence that nobody lowers lapses after this: what a crash leaves behind. */
  readonly fenceDurationMs: number;
  /** So many fences of an event are told apart. More share one, which lapses and is not lowered. */
  readonly fenceCountMax: number;
  /** A refusal rests on one reading of PostgreSQL for at most this. Then it is asked again. */
  readonly refusalDurationMaxMs: number;
  /** A standing that nobody asks for is forgotten after this. */
  readonly keyDurationMs: number;
  /** An id of which nothing is known is kept for this: as long as readings and fences under way need. */
  readonly emptyDurationMs: number;
  /** Events of one look at many. The caller splits what is more. */
  readonly eventCountMax: number;
}

export const admissionLimits: AdmissionLimits = {
  fenceDurationMs: 5_000,
  fenceCountMax: 100,
  refusalDurationMaxMs: 1_000,
  keyDurationMs: 10 * 60_000,
  emptyDurationMs: 15_000,
  eventCountMax: 500,
};
