import { useCallback, useEffect, useRef, useState } from 'react';
import { usePage } from './holdfast-provider.ts';
import { type AnyAnswer, type AnyDoubt, settle } from './settle.ts';

/** How a command stands. */
export type CommandState<Input, Answer> =
  | { readonly status: 'idle' }
  /** `isInDoubt`: nobody knows yet whether it took effect, and it is being found out. */
  | { readonly status: 'running'; readonly input: Input; readonly isInDoubt: boolean }
  /** Also `refused`; `unknown` only after minutes in which it could not be found out. */
  | { readonly status: 'answered'; readonly input: Input; readonly answer: Answer }
  /** Nothing was done. */
  | { readonly status: 'failed'; readonly input: Input; readonly error: Error };

/** A command of a page. */
export interface Command<Input, Answer> {
  readonly state: CommandState<Input, Answer>;
  /**
   * Sends it. While it runs, further calls are the same call: a double click is one command. Resolves when it is
   * settled, to `null` where nothing was done; it never rejects.
   */
  readonly run: (input: Input) => Promise<Answer | null>;
  /** Forgets the last answer. Does nothing while it runs. */
  readonly reset: () => void;
}

/** Sends a command once: under the ids of the doubt before it, where there is one. */
export type SendCommand<Input, Answer> = (
  input: Input,
  attempt: { readonly doubt: AnyDoubt | null; readonly signal: AbortSignal },
) => Promise<Answer>;

const idle = { status: 'idle' } as const;

/**
 * A command that is sent once, however often its button is pressed, and whose fate is found out where a connection
 * broke. Afterwards what the user has is read again. Where the component leaves, a command under way goes on; what is
 * then still in doubt, the next page sees in what it reads.
 *
 * @param send calls the client: `doubt?.bookingId` repeats the id of the attempt before
 * @example
 * const { booking } = useHoldfastClient();
 * const cancel = useCommand((bookingId: string) => booking.cancel({ eventId, bookingId }));
 * <button disabled={cancel.state.status === 'running'} onClick={() => void cancel.run(id)}>Give back</button>
 */
export function useCommand<Input, Answer extends AnyAnswer>(
  send: SendCommand<Input, Answer>,
): Command<Input, Answer> {
  const { alarm, refresh } = usePage();
  const [state, setState] = useState<CommandState<Input, Answer>>(idle);
  const running = useRef<Promise<Answer | null> | null>(null);
  const left = useLeft();
  const run = async (input: Input): Promise<Answer | null> => {
    const { signal } = left();
    setState({ status: 'running', input, isInDoubt: false });
    try {
      const answer = await settle((doubt) => send(input, { doubt, signal }), {
        sleep: (durationMs) => alarm.sleep(durationMs, signal),
        onDoubt: () => setState({ status: 'running', input, isInDoubt: true }),
      });
      setState({ status: 'answered', input, answer });
      return answer;
    } catch (error) {
      setState({ status: 'failed', input, error: errorOf(error) });
      return null;
    } finally {
      running.current = null;
      refresh();
    }
  };
  return {
    state,
    run: (input) => (running.current ??= run(input)),
    reset: useCallback(() => setState(resetUnlessRunning), []),
  };
}

function resetUnlessRunning<Input, Answer>(
  state: CommandState<Input, Answer>,
): CommandState<Input, Answer> {
  return state.status === 'running' ? state : idle;
}

function errorOf(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Gives what is aborted when the component leaves. */
function useLeft(): () => AbortController {
  const controller = useRef<AbortController | null>(null);
  useEffect(
    () => () => {
      controller.current?.abort();
      controller.current = null;
    },
    [],
  );
  return useCallback(() => (controller.current ??= new AbortController()), []);
}
