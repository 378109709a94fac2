import { sum } from '@holdfast/command';

/** A call that was refused as `sold_out`, by the caller's own clock. */
export interface RefusedAsk {
  readonly eventId: string;
  readonly quantity: number;
  readonly sentAtMs: number;
  readonly answeredAtMs: number;
}

/** A stretch of time in which a booking may have taken seats, by the caller's own clock. */
export interface Occupation {
  readonly eventId: string;
  readonly quantity: number;
  readonly fromMs: number;
  /** When the answer to its cancellation came; `Infinity` where there was none. */
  readonly untilMs: number;
}

/**
 * The refusals that were certainly wrong: at every moment of the call, between its sending and its
 * answer, there were as many free seats as it asked for, even if every booking that may have had
 * seats then did have them.
 *
 * It is one-sided. What may have been taken counts as taken, from before the booking can have
 * happened until after its cancellation has; so a right refusal is never called wrong, while some
 * wrong ones are not found. It takes for granted that nobody else books these events.
 *
 * @throws Error for a refusal of an event that has no seat count
 * @example
 * findFalseSoldOuts([{ eventId, quantity: 1, sentAtMs: 100, answeredAtMs: 110 }], [], new Map([[eventId, 1]]))
 * // that refusal: the one seat was free all the time
 */
export function findFalseSoldOuts<Ask extends RefusedAsk>(
  refusals: readonly Ask[],
  occupations: readonly Occupation[],
  seatCounts: ReadonlyMap<string, number>,
): readonly Ask[] {
  const byEvent = Map.groupBy(occupations, ({ eventId }) => eventId);
  return refusals.filter((refusal) => {
    const seatCount = seatCounts.get(refusal.eventId);
    if (seatCount === undefined) throw new Error(`No seat count of event ${refusal.eventId}.`);
    const takenMax = mostTaken(byEvent.get(refusal.eventId) ?? [], refusal);
    return seatCount - takenMax >= refusal.quantity;
  });
}

/** Since when, before a refusal was asked for, no booking of its event had ended; 0 where none had. */
export function lastEndBefore(refusal: RefusedAsk, occupations: readonly Occupation[]): number {
  const ends = occupations
    .filter(({ eventId, untilMs }) => eventId === refusal.eventId && untilMs < refusal.sentAtMs)
    .map(({ untilMs }) => untilMs);
  return Math.max(0, ...ends);
}

/** The most seats that may have been taken at any one moment of the call, its ends included. */
function mostTaken(occupations: readonly Occupation[], call: RefusedAsk): number {
  const meeting = occupations.filter(
    ({ fromMs, untilMs }) => fromMs <= call.answeredAtMs && untilMs >= call.sentAtMs,
  );
  // The sum can only grow where one of them begins, or where the call does.
  const begins = meeting.map(({ fromMs }) => Math.max(fromMs, call.sentAtMs));
  return Math.max(0, ...[call.sentAtMs, ...begins].map((atMs) => takenAt(meeting, atMs)));
}

function takenAt(occupations: readonly Occupation[], atMs: number): number {
  const taking = occupations.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs <= untilMs);
  return sum(taking.map(({ quantity }) => quantity));
}
