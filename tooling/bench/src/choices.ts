import { countOf, figure } from '@holdfast/command';
import { ratioText } from './numbers.ts';
import type { Row } from './rows.ts';
import { ways } from './ways/all.ts';

/** Two ways whose rates are closer than this are as fast as each other: rounds are further apart. */
const clearRatioMin = 1.2;

/**
 * Which way to choose at which scale: a sentence for each number of connections that was measured on
 * one event, by the median rate of the ways that were safe.
 *
 * @example choicesOf(report.rows)
 * // ['At 1 connection: one atomic UPDATE (1,055 bookings/s), 1.50 times Holdfast (702).', …]
 */
export function choicesOf(rows: readonly Row[]): readonly string[] {
  const measured = rows.filter((row) => row.load === 'hot' && row.among === 'ways' && row.safe);
  const byConnections = Map.groupBy(measured, ({ connections }) => connections);
  return [...byConnections].flatMap(([connections, group]) => choiceAt(connections, group) ?? []);
}

function choiceAt(connections: number, group: readonly Row[]): string | null {
  const [first, ...others] = group.toSorted((a, b) => b.bookingsPerSecond - a.bookingsPerSecond);
  // Holdfast with and without admission are one choice: whether there is a Redis.
  const other = others.find(({ way }) => isHoldfast(way) !== isHoldfast(first?.way ?? ''));
  if (first === undefined || other === undefined) return null;
  const ratio = first.bookingsPerSecond / other.bookingsPerSecond;
  const callers = `At ${countOf(connections, 'connection')}`;
  return ratio < clearRatioMin
    ? `${callers}: ${rated(first)} and ${rated(other)} are as fast as each other; the simpler one will do.`
    : `${callers}: ${rated(first)}, ${ratioText(ratio)} times ${rated(other)}.`;
}

function isHoldfast(way: string): boolean {
  return ways.find(({ name }) => name === way)?.server.type === 'holdfast';
}

function rated({ way, bookingsPerSecond }: Row): string {
  const title = ways.find(({ name }) => name === way)?.title ?? way;
  return `${title} (${figure(bookingsPerSecond)} bookings/s)`;
}
