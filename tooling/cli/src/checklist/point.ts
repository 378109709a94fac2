/** One point of the guide's list, run for real. */
export interface Point {
  /** In the guide's own words. */
  readonly title: string;
  readonly passed: boolean;
  /** What was measured, or seen. */
  readonly figure: string;
}
