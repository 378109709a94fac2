import type { Registry } from 'prom-client';
import { createTallies, type Tally } from './tally.ts';

/**
 * The bounds over which a call is answered `overloaded`: a user's share of the commands, the queues of
 * commands, a caller's share of the reads that wait, all of these, and how long one of them waits.
 */
type Bound = 'user_commands' | 'commands' | 'caller_reads' | 'reads' | 'read_wait';

/** What a request waits for before it begins: others of its connection, or a turn of the event loop. */
type Wait = 'connection' | 'turn';

/** What callers met, so that an operator sees which bound to look at. */
export interface BoundMetrics {
  readonly overloaded: Readonly<Record<Bound, Tally>>;
  readonly waited: Readonly<Record<Wait, Tally>>;
}

/** `holdfast_overloaded_total{bound}` and `holdfast_requests_waited_total{reason}`. */
export function createBoundMetrics(registry: Registry): BoundMetrics {
  const overloaded = createTallies({
    name: 'holdfast_overloaded_total',
    help: 'Calls that were refused as overloaded, by the bound that they met.',
    labelNames: ['bound'],
    registry,
  });
  const waited = createTallies({
    name: 'holdfast_requests_waited_total',
    help: 'Requests that began later: others of their connection, or of this turn, came first.',
    labelNames: ['reason'],
    registry,
  });
  return {
    overloaded: {
      user_commands: overloaded({ bound: 'user_commands' }),
      commands: overloaded({ bound: 'commands' }),
      caller_reads: overloaded({ bound: 'caller_reads' }),
      reads: overloaded({ bound: 'reads' }),
      read_wait: overloaded({ bound: 'read_wait' }),
    },
    waited: {
      connection: waited({ reason: 'connection' }),
      turn: waited({ reason: 'turn' }),
    },
  };
}
