import type { Send } from './attempt.ts';
import { callWithRetries, type Ending, type Retrying } from './call-with-retries.ts';
import { AttemptFailed } from './failure.ts';
import { HoldfastError } from './holdfast-error.ts';
import { isObject, readDurationMs } from './read-failure.ts';
import type { Doubt, Known } from './wire.ts';
import type { WriteMemory } from './write-memory.ts';

/** For one call. */
export interface CallOptions {
  /** Ends the call with a HoldfastError of the fault `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

/** How the calls of one client are made. */
export interface Caller {
  /** A question: its answer, or a HoldfastError. */
  ask<T>(send: Send<T>, options: CallOptions | undefined): Promise<T>;
  /**
   * A command about what `ids` name: its answer, a doubt that repeats the ids, or a HoldfastError
   * that says that nothing was done.
   */
  command<T, Ids>(
    ids: Ids,
    send: Send<T>,
    options: CallOptions | undefined,
  ): Promise<Known<T> | (Doubt & Ids)>;
}

/** Where the api does not say how long to wait before settling a doubt. */
const retryAfterMsDefault = 1_000;

/** A caller whose calls share one retry budget. `writes` hears of every command that has ended. */
export function createCaller(retrying: Retrying, writes: WriteMemory): Caller {
  return {
    async ask(send, options) {
      const ending = await callWithRetries(send, retrying, options?.signal);
      if (ending.status === 'answered') return ending.answer;
      throw new HoldfastError(ending.failure, false);
    },
    async command(ids, send, options) {
      const ending = await callWithRetries(knowing(send), retrying, options?.signal);
      writes.note();
      return ending.status === 'answered' ? ending.answer : { ...doubtOrThrow(ending), ...ids };
    },
  };
}

/** The api's own `unknown` is one more reason to try again. */
function knowing<T>(send: Send<T>): Send<Known<T>> {
  return async (signal, inDoubt) => {
    const answer = await send(signal, inDoubt);
    if (isKnown(answer)) return answer;
    throw new AttemptFailed({
      fault: 'outcome_unknown',
      message: 'The api does not know whether its commit happened.',
      retryAfterMs: isObject(answer) ? readDurationMs(answer['retryAfterMs']) : null,
    });
  };
}

function isKnown<T>(answer: T): answer is Known<T> {
  return !(isObject(answer) && answer['status'] === 'unknown');
}

function doubtOrThrow(ending: Extract<Ending<unknown>, { status: 'given_up' }>): Doubt {
  const { failure, inDoubt } = ending;
  if (!inDoubt || failure.fault === 'aborted') throw new HoldfastError(failure, inDoubt);
  const retryAfterMs = failure.retryAfterMs ?? retryAfterMsDefault;
  const { fault, message } = failure;
  return { status: 'unknown', retryAfterMs, fault, message };
}
