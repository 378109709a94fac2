import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type BoundMetrics, Turns } from '@holdfast/engine';
import type { Limits } from '../limits.ts';
import { callCountOf } from './call-count.ts';
import { callerAddress, networkOf } from './caller-address.ts';
import { ConnectionLines } from './connection-lines.ts';

/** Decides when a request begins. It refuses none. */
export interface RequestGate {
  /** Calls `begin` in this request's turn; never, when its caller has left before. */
  enter(request: IncomingMessage, response: ServerResponse, begin: () => void): void;
  /** Do further requests of this connection wait for those that are under way? */
  hasWaiting(socket: Socket): boolean;
}

type GateLimits = Pick<
  Limits,
  'requestCountPerConnectionMax' | 'callCountPerTurnMax' | 'proxyCount'
>;

/**
 * First in turn on its connection, then among all addresses.
 *
 * @example
 * const gate = createRequestGate(limits, metrics);
 * gate.enter(request, response, () => answer(request, response));
 */
export function createRequestGate(limits: GateLimits, { waited }: BoundMetrics): RequestGate {
  const connections = new ConnectionLines({
    underWayCountMax: limits.requestCountPerConnectionMax,
    onWait: () => waited.connection.inc(),
  });
  const turns = new Turns({
    callCountMax: limits.callCountPerTurnMax,
    onWait: () => waited.turn.inc(),
  });
  return {
    enter(request, response, begin) {
      connections.enter(request, response, () => {
        const caller = () => networkOf(callerAddress(request, limits.proxyCount));
        turns.enter(caller, callCountOf(request.url ?? ''), () => {
          if (!request.socket.destroyed) begin();
        });
      });
    },
    hasWaiting: (socket) => connections.hasWaiting(socket),
  };
}
