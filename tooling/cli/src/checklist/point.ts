/** One point of the guide's list, run for real. */
export interface Point {
  /** In the guide's own words. */
  readonly title: string;
  readonly passed: boolean;
  /** What was measured, or seen; and where it has not passed, the fix. */
  readonly figure: string;
}

/** A point that says its fix where it has not passed. */
export function pointWith({ fix, ...point }: Point & { readonly fix: string }): Point {
  return point.passed ? point : { ...point, figure: `${point.figure}. Fix: ${fix}` };
}
