import type { SaleNow, SaleSecond, SaleSeats, SaleUpdate } from '@holdfast/client';

/** What charts show: five minutes, a point each second. */
const shownSecondsMax = 300;

/** One reason, by who refused. */
interface RefusalTotal {
  readonly reason: SaleSecond['refused'][number]['reason'];
  readonly by: SaleSecond['refused'][number]['by'];
  readonly count: number;
}

/** How often what happened, in all seconds that this page was told of. */
export interface SaleTotals {
  readonly accepted: Readonly<Record<string, number>>;
  readonly refused: readonly RefusalTotal[];
  readonly undecided: SaleSecond['undecided'];
}

/** What a console knows of a sale. */
export interface SaleRecord {
  /** In order; the last ones. */
  readonly seconds: readonly SaleSecond[];
  readonly now: SaleNow | null;
  /** Of what came before `seconds`. */
  readonly before: SaleTotals;
}

const noTotals: SaleTotals = {
  accepted: {},
  refused: [],
  undecided: { overloaded: 0, unknown: 0, failed: 0 },
};

/** Nothing was told yet. */
export const emptyRecord: SaleRecord = { seconds: [], now: null, before: noTotals };

/**
 * What is known after one more message. A second that was told before is as it is now: nothing counts twice.
 *
 * @example recordWith(emptyRecord, update).seconds // those of the update, in order
 */
export function recordWith(record: SaleRecord, { seconds, now }: SaleUpdate): SaleRecord {
  const forgottenUntil = record.before === noTotals ? '' : (record.seconds[0]?.at ?? '');
  const byTime = new Map(record.seconds.map((second) => [second.at, second]));
  // ISO instants of one form: their order as texts is that of their times.
  for (const second of seconds) if (second.at >= forgottenUntil) byTime.set(second.at, second);
  const all = [...byTime.values()].toSorted((one, other) => (one.at < other.at ? -1 : 1));
  const forgotten = all.slice(0, Math.max(0, all.length - shownSecondsMax));
  const before = forgotten.reduce(totalsWith, record.before);
  return { seconds: all.slice(forgotten.length), now, before };
}

/** How often what happened since the page knows of the sale. */
export function totalsOf({ seconds, before }: SaleRecord): SaleTotals {
  return seconds.reduce(totalsWith, before);
}

function totalsWith(totals: SaleTotals, second: SaleSecond): SaleTotals {
  const accepted = { ...totals.accepted };
  for (const [type, count] of Object.entries(second.accepted)) {
    accepted[type] = (accepted[type] ?? 0) + count;
  }
  const { overloaded, unknown, failed } = totals.undecided;
  return {
    accepted,
    refused: refusalsWith(totals.refused, second.refused),
    undecided: {
      overloaded: overloaded + second.undecided.overloaded,
      unknown: unknown + second.undecided.unknown,
      failed: failed + second.undecided.failed,
    },
  };
}

function refusalsWith(
  known: readonly RefusalTotal[],
  more: readonly RefusalTotal[],
): readonly RefusalTotal[] {
  if (more.length === 0) return known;
  const totals = new Map(known.map((total) => [`${total.reason} ${total.by}`, total]));
  for (const { reason, by, count } of more) {
    const key = `${reason} ${by}`;
    totals.set(key, { reason, by, count: count + (totals.get(key)?.count ?? 0) });
  }
  return [...totals.values()].toSorted((one, other) => other.count - one.count);
}

/** Commands that took seats: what organizers call bookings, held ones too. */
const claims = ['reserve', 'book', 'order'] as const;

export function bookedIn(accepted: SaleSecond['accepted']): number {
  return claims.reduce((sum, type) => sum + (accepted[type] ?? 0), 0);
}

export function refusedIn(refused: readonly Pick<RefusalTotal, 'count'>[]): number {
  return refused.reduce((sum, { count }) => sum + count, 0);
}

/** Seats that are sold: neither free nor held. */
export function soldOf({ seatCount, availableSeats, heldSeats }: SaleSeats): number {
  return seatCount - availableSeats - heldSeats;
}

/** The seats at the end of each second: as before where nothing was told; `null`: before the first word. */
export function seatsBySecond(seconds: readonly SaleSecond[]): readonly (SaleSeats | null)[] {
  let last: SaleSeats | null = null;
  return seconds.map(({ seats }) => (last = seats ?? last));
}
