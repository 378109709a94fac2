import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type BoundMetrics, Turns } from '@holdfast/engine';
import type { Limits } from '../limits.ts';
import { callCountOf } from './call-count.ts';
import { networkOf } from './caller-address.ts';
import { ConnectionLines } from './connection-lines.ts';
import type { TakeRequest } from './take-request.ts';
import type { ServedRequest } from './served.ts';

/** Decides when a request begins. */
export interface RequestGate {
  /** Calls `begin` in this request's turn; never, when its caller has left before, or was refused. */
  enter(request: ServedRequest, response: ServerResponse, begin: () => void): void;
  /** Do further requests of this connection wait for those that are under way? */
  hasWaiting(socket: Socket): boolean;
}

interface GateParts {
  readonly limits: Pick<Limits, 'requestCountPerConnectionMax' | 'callCountPerTurnMax'>;
  readonly metrics: BoundMetrics;
  /** Answers a request whose address is limited, in the place of its turn. */
  readonly refuse: TakeRequest;
}

/**
 * First in turn on its connection, then among all addresses. Who calls too often has no turn among these.
 *
 * @example
 * const gate = createRequestGate({ limits, metrics, refuse: () => false });
 * gate.enter(request, response, () => answer(request, response));
 */
export function createRequestGate({ limits, metrics, refuse }: GateParts): RequestGate {
  const { waited } = metrics;
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
        if (refuse(request, response)) return;
        const caller = () => networkOf(request.ip);
        turns.enter(caller, callCountOf(request.url ?? ''), () => {
          if (!request.socket.destroyed) begin();
        });
      });
    },
    hasWaiting: (socket) => connections.hasWaiting(socket),
  };
}
