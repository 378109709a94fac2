import {
  type Call,
  type Evidence,
  inspect,
  isAcknowledged,
  type Stage,
  toldBy,
} from '@holdfast/cli/parts';
import { sum } from '@holdfast/command';
import { queryOnce } from '@holdfast/services';

/** A moment that a database is brought back to. */
export interface Moment {
  /** By PostgreSQL's clock, as it writes it. */
  readonly text: string;
  /** It lies between these two, by the clock of the load. */
  readonly afterMs: number;
  readonly beforeMs: number;
}

/** Asks PostgreSQL for the time. */
export async function readMoment(url: string, elapsedMs: () => number): Promise<Moment> {
  const afterMs = elapsedMs();
  const { rows } = await queryOnce(url, 'select clock_timestamp()::text as at');
  const [{ at: text = '' } = {}]: readonly { at?: string }[] = rows;
  return { text, afterMs, beforeMs: elapsedMs() };
}

/**
 * The calls as they stood at a moment: those that were answered by then; and those under way, of which nobody can
 * say what they had done.
 */
export function callsUntil(calls: readonly Call[], { afterMs, beforeMs }: Moment): readonly Call[] {
  return calls
    .filter(({ sentAtMs }) => sentAtMs <= beforeMs)
    .map((call) =>
      call.answeredAtMs <= afterMs ? call : { ...call, result: { status: 'unknown' } },
    );
}

/** The calls that began after it. What they did, a database of that moment cannot have. */
export function callsAfter(calls: readonly Call[], { beforeMs }: Moment): readonly Call[] {
  return calls.filter(({ sentAtMs }) => sentAtMs > beforeMs);
}

/** The bookings that somebody was told of. */
export function bookingsTold(calls: readonly Call[]): readonly string[] {
  const claims = calls.filter(({ type }) => type === 'book' || type === 'reserve');
  const told = claims.filter(isAcknowledged).flatMap(({ bookingId }) => bookingId ?? []);
  return [...new Set(told)];
}

/** What the database has of each event, against what was told. */
export async function evidenceOf(
  databaseUrl: string,
  { all }: Stage,
  calls: readonly Call[],
): Promise<readonly Evidence[]> {
  const found: Evidence[] = [];
  for (const { eventId, seatCount } of all) {
    const told = toldBy(calls.filter((call) => call.eventId === eventId));
    const evidence = await inspect({ databaseUrl, eventId, seatCount, told });
    if (evidence === null) throw new Error('The database does not answer.');
    found.push(evidence);
  }
  return found;
}

/** Rows that break an invariant, but for lapsed holds that nobody has swept yet. */
export function violationCountOf(evidence: readonly Evidence[]): number {
  const invariants = evidence.flatMap(({ audit }) => audit.invariants);
  return sum(invariants.filter(({ id }) => id !== 'I7').map(({ violations }) => violations.length));
}
