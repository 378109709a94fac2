/** What the crowd meets. */
export type Sale = 'plenty' | 'last_seats' | 'sold_out' | 'coming_back';

/** Where PostgreSQL is. */
export type Postgres = 'near' | '5_ms_away' | 'overloaded' | 'away';

/** One place of the matrix: where every variant is measured. */
export interface Cell {
  readonly processCount: number;
  readonly sale: Sale;
  readonly postgres: Postgres;
  /** What it can decide, and so why it is measured. */
  readonly decides: string;
}

/**
 * The cells that can decide something. Left out is what another cell says already: four processes only
 * where processes meet at one event that sells out; a far or a busy PostgreSQL only with two processes,
 * since one more changes nothing about it; PostgreSQL away only where everything is sold, since nothing
 * can be sold without it.
 */
const table: readonly (readonly [Sale, number, Postgres, string])[] = [
  ['plenty', 1, 'near', 'what asking Redis costs while nobody can be refused'],
  ['plenty', 2, 'near', 'the same, where another process sells as well'],
  ['last_seats', 1, 'near', 'does the way from plenty to nothing need leases, probes, waiting?'],
  ['last_seats', 2, 'near', 'selling out on two processes: do they learn from each other?'],
  ['last_seats', 4, 'near', 'selling out on four'],
  ['sold_out', 1, 'near', 'is an early no cheaper than the one read of a group?'],
  ['sold_out', 2, 'near', 'the same on two processes'],
  ['sold_out', 4, 'near', 'the same on four: a group of each reads for itself'],
  [
    'coming_back',
    1,
    'near',
    'what a fence costs who gives seats back, and does it tell the truth?',
  ],
  ['coming_back', 2, 'near', 'the same, where the no was said by another process'],
  ['plenty', 2, '5_ms_away', 'what is one question to Redis where a commit takes long?'],
  ['last_seats', 2, '5_ms_away', 'who waits for how many round trips at the end of a sale'],
  ['sold_out', 2, '5_ms_away', 'refusals while every question to PostgreSQL takes long'],
  ['coming_back', 2, '5_ms_away', 'how long seats stay unsold when a commit takes long'],
  ['last_seats', 2, 'overloaded', 'selling out beside others who take the processor'],
  ['sold_out', 2, 'overloaded', 'what statements spared are worth to others, and theirs to us'],
  ['sold_out', 2, 'away', 'do refusals go on without PostgreSQL, and for how long?'],
];

export const cells: readonly Cell[] = table.map(([sale, processCount, postgres, decides]) => ({
  sale,
  processCount,
  postgres,
  decides,
}));

/** How a cell is called, in progress and tables. */
export function cellTitle({ processCount, sale, postgres }: Cell): string {
  const processes = `${processCount} ${processCount === 1 ? 'process' : 'processes'}`;
  return `${processes}, ${sale.replaceAll('_', ' ')}, PostgreSQL ${postgres.replaceAll('_', ' ')}`;
}
