import type { AbuseRow } from './measure-abuse.ts';

/** So much of what others have one abuser may cost them. */
const shareMax = 0.05;

/**
 * Does an abuser who is limited cost others no more than 5 %? It may take this part of the api's one thread, and of one core for
 * PostgreSQL: so much others lose where all of it is used. Nor may their rates be lower by more than that in every round, or
 * the processor time for each of their bookings higher: rates of single rounds differ by more than that by chance.
 *
 * @example isHarmless(row) // false: it takes 15 % of the api's thread
 */
export function isHarmless(row: AbuseRow): boolean {
  const { shares, ratios, microsRatios, failedCount } = row;
  if (!row.isLimited) return true;
  const isSmall = shares.api <= shareMax && shares.postgres <= shareMax;
  const isSlower = Math.max(...ratios) < 1 - shareMax;
  const isDearer = Math.min(...microsRatios) > 1 + shareMax;
  return isSmall && !isSlower && !isDearer && failedCount === 0;
}
