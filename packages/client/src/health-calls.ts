import type { CallOptions, Caller } from './caller.ts';
import type { Outputs } from './procedures.ts';
import type { Transport } from './transport.ts';

/** Whether the api is well. Asked once each, without retries: that it is not well is an answer, too. */
export interface HealthCalls {
  /** Resolves if the process answers at all. */
  live(options?: CallOptions): Promise<Outputs['health']['live']>;
  /** Resolves if it takes requests; a HoldfastError where its database is away, or it is stopping. */
  ready(options?: CallOptions): Promise<Outputs['health']['ready']>;
}

/** The calls about the api's health. `caller` is one without retries. */
export function healthCalls({ health }: Transport, caller: Caller): HealthCalls {
  return {
    live: (options) => caller.ask((signal) => health.live.query(undefined, { signal }), options),
    ready: (options) => caller.ask((signal) => health.ready.query(undefined, { signal }), options),
  };
}
