/** What is limited, as metrics and answers call it. */
export const limitNames = ['user', 'key', 'address', 'unsold', 'watchers'] as const;

export type LimitName = (typeof limitNames)[number];

/** How much one caller may take within a time, the *window*, that begins when it first takes some. */
export interface Limit {
  readonly name: LimitName;
  readonly countMax: number;
  readonly windowSeconds: number;
}

/** What came of taking some. */
export interface Taken {
  readonly limit: Limit;
  /** `false`: it would have been too much, and nothing was taken. */
  readonly isWithin: boolean;
  /** What is left in this window. */
  readonly remaining: number;
  /** When the window ends, and all may be taken again: by `performance.now()`, in milliseconds. */
  readonly endsAtMs: number;
}
