import type { ServerResponse } from 'node:http';
import { getTRPCErrorFromUnknown } from '@trpc/server';
import type { Context } from '../context.ts';
import type { FaultCode } from '../http/fault-kinds.ts';
import type { Fault } from '../http/faults.ts';
import type { ServedRequest } from '../http/served.ts';
import type { Asked } from './asked.ts';
import type { CallContext, Refusal } from './call-all.ts';
import type { PlainProcedure } from './procedures.ts';

/** What a request's calls are made with. */
export interface ContextParts {
  readonly createContext: (
    served: ServedRequest,
    response: ServerResponse,
  ) => Context | Promise<Context>;
  /** Is this known to be nothing that who calls may call? Then nothing of the call is looked at. */
  readonly refusalOf: (context: Context, path: string) => FaultCode | null;
  readonly refusalFault: (context: Context, code: FaultCode) => Fault;
}

type ContextOf = (asked: Pick<Asked, 'procedures'>, ...made: MadeFrom) => Promise<CallContext>;
type MadeFrom = Parameters<ContextParts['createContext']>;

/**
 * Makes what the calls of a request share: whoever calls is looked at once, and so is what it may call.
 *
 * @example await createContextOf(parts)(asked, served, response) // { value: { … }, refusal: null }
 */
export function createContextOf(parts: ContextParts): ContextOf {
  const { createContext, refusalOf, refusalFault } = parts;
  return async ({ procedures }, ...made) => {
    try {
      const value = await createContext(...made);
      const codeOf = ({ path }: PlainProcedure) => refusalOf(value, path);
      const refused = procedures.find((procedure) => codeOf(procedure) !== null);
      const code = refused === undefined ? null : codeOf(refused);
      return {
        value,
        refusal: code === null ? null : refusalFrom(refusalFault(value, code), codeOf),
      };
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      return { value: undefined, refusal: { error, concerns: () => true } };
    }
  };
}

/** One error for all calls of a request that may not be made. */
function refusalFrom(fault: Fault, codeOf: (call: PlainProcedure) => FaultCode | null): Refusal {
  const error = getTRPCErrorFromUnknown(fault);
  return { error, concerns: (procedure) => codeOf(procedure) !== null };
}
