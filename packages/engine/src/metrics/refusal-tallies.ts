import { type RefusalReason, refusalReasons } from '@holdfast/domain';
import type { Registry } from 'prom-client';
import { createTallies, type Tally } from './tally.ts';

/** Who refused: this process, Redis, or PostgreSQL. */
export interface RefusalTallies {
  readonly soldOutBy: Readonly<Record<'memory' | 'redis', Tally>>;
  readonly byDatabase: ReadonlyMap<RefusalReason, Tally>;
}

/** `holdfast_refusals_total`: expected refusals. Only `sold_out` can be said before PostgreSQL. */
export function createRefusalTallies(registry: Registry): RefusalTallies {
  const tallies = createTallies({
    name: 'holdfast_refusals_total',
    help: 'Commands that were refused, by reason and by who said so.',
    labelNames: ['reason', 'by'],
    registry,
  });
  return {
    soldOutBy: {
      memory: tallies({ reason: 'sold_out', by: 'memory' }),
      redis: tallies({ reason: 'sold_out', by: 'redis' }),
    },
    byDatabase: new Map(
      refusalReasons.map((reason) => [reason, tallies({ reason, by: 'database' })]),
    ),
  };
}
