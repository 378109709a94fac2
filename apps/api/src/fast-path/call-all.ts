import {
  type AnyRouter,
  callTRPCProcedure,
  getTRPCErrorFromUnknown,
  getTRPCErrorShape,
  type TRPCError,
} from '@trpc/server';
import type { TRPCResponse } from '@trpc/server/rpc';
import type { Asked } from './asked.ts';
import type { Inputs } from './inputs.ts';
import { configOf, type PlainProcedure } from './procedures.ts';

/** Why calls end before anything of them is looked at, and which of them do. */
export interface Refusal {
  readonly error: TRPCError;
  readonly concerns: (procedure: PlainProcedure) => boolean;
}

/** What all calls of a request share. */
export interface CallContext {
  /** `undefined` where its making threw. */
  readonly value: object | undefined;
  /** What its making threw, or who calls may not; `null`: nothing is known against the calls. */
  readonly refusal: Refusal | null;
}

/** A request's calls, with what they need. */
export interface Calls {
  readonly asked: Asked;
  readonly inputs: Inputs;
  readonly context: CallContext;
  /** Aborted when the caller has left. */
  readonly signal: AbortSignal;
  /** Hears of every error before it is told. */
  readonly onError: (error: TRPCError) => void;
}

export type CallAll = (calls: Calls) => Promise<readonly TRPCResponse[]>;

/**
 * Calls what was asked, all calls of a batch at once, and answers each on its own: its data, or its
 * error in the router's shape.
 *
 * @throws what the router's error formatter throws
 * @example
 * const callAll = createCallAll(router);
 * await callAll(calls); // [{ result: { data: … } }, { error: … }]
 */
export function createCallAll(router: AnyRouter): CallAll {
  const config = configOf(router);

  /** The answers to what is refused: a path's is made once, however often a batch calls it. */
  function refusedIn({ asked, context }: Calls, refusal: Refusal): RefusedAnswers {
    const answers: RefusedAnswers = new Map();
    for (const procedure of asked.procedures) {
      if (answers.has(procedure) || !refusal.concerns(procedure)) continue;
      const { path, type } = procedure;
      const told = { config, error: refusal.error, path, type, input: undefined };
      answers.set(procedure, { error: getTRPCErrorShape({ ...told, ctx: context.value }) });
    }
    return answers;
  }

  async function call(
    procedure: PlainProcedure,
    batchIndex: number,
    calls: Calls,
  ): Promise<TRPCResponse> {
    const { inputs, context, signal, onError } = calls;
    const { path, type } = procedure;
    const getRawInput = async () => inputs.read(batchIndex);
    const called = { router, path, type, ctx: context.value, getRawInput, signal, batchIndex };
    try {
      return { result: { data: await callTRPCProcedure(called) } };
    } catch (cause) {
      const error = getTRPCErrorFromUnknown(cause);
      onError(error);
      const input = inputs.known(batchIndex);
      return { error: getTRPCErrorShape({ config, error, path, type, input, ctx: context.value }) };
    }
  }

  return async (calls) => {
    const { procedures } = calls.asked;
    const { refusal } = calls.context;
    if (refusal !== null) {
      calls.onError(refusal.error);
      const refused = refusedIn(calls, refusal);
      const answer = async (each: PlainProcedure, batchIndex: number) =>
        refused.get(each) ?? (await call(each, batchIndex, calls));
      return await Promise.all(procedures.map(answer));
    }
    const [only] = procedures;
    if (procedures.length === 1 && only !== undefined) return [await call(only, 0, calls)];
    return await Promise.all(procedures.map((each, index) => call(each, index, calls)));
  };
}

type RefusedAnswers = Map<PlainProcedure, TRPCResponse>;
