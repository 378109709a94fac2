import type { Ask } from '@holdfast/admission';

/**
 * How a command came past admission:
 * - `lease`: a claim that Redis admitted, or could not be asked about;
 * - `probe`: a claim that Redis could not decide, sent to ask PostgreSQL for all that wait;
 * - `fence`: a command that may give seats back, of which Redis knows;
 * - `unfenced`: one of which Redis may not know, because it is away.
 */
export type PassType = 'lease' | 'probe' | 'fence' | 'unfenced';

/** What a command brings along from admission, and what has to be given back when it is out. */
export interface Pass {
  readonly type: PassType;
  readonly ask: Ask;
  /** The commit has it, and will tell Redis what became of it. Until then its entrance must. */
  isTaken: boolean;
  /** What became of the fences of its group; `null`: the commit is not over yet. */
  fences: Promise<FenceEnd> | null;
}

/**
 * What Redis said of a group's fences when it was told of the commit:
 * - `stood`: until then no no was said;
 * - `lost`: one was not there any more, so that a no may have been said until then;
 * - `untold`: Redis does not know of the commit.
 */
export type FenceEnd = 'stood' | 'lost' | 'untold';

/** @example passOf('lease', { leaseId: bookingId, quantity: 2 }) */
export function passOf(type: PassType, ask: Ask): Pass {
  return { type, ask, isTaken: false, fences: null };
}

/** What may stand in Redis because of these passes. A probe never got a lease. */
export function leasesOf(passes: readonly Pass[]): readonly Ask[] {
  return passes.filter(({ type }) => type !== 'probe').map(({ ask }) => ask);
}
