import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type HoldAnswer, type HoldCommand, ownHoldIn, sendHoldCommand } from './hold-command.ts';
import { describeHold, type HoldState } from './hold-state.ts';
import { usePage } from './holdfast-provider.ts';
import { findOwnHold, nothingOwn, type OwnHold } from './own-hold.ts';
import { keysOf } from './query-keys.ts';
import { type CommandState, useCommand } from './use-command.ts';
import { useSteadyNow } from './use-steady-now.ts';

/** A user's hold of an event, and what can be done with it. */
export interface OwnHoldHandle {
  readonly hold: HoldState;
  /** How the last command stands. One runs at a time: pressing any button again meanwhile does nothing more. */
  readonly command: CommandState<HoldCommand, HoldAnswer>;
  /** Holds seats. Where this browser holds some of the event already, that hold is the answer. */
  readonly reserve: (quantity: number) => void;
  /**
   * Takes more or fewer seats in place of those that are held, in one decision: nobody else can take them in between.
   * Where it is refused, the hold is as it was. Does nothing where nothing is held.
   */
  readonly changeQuantity: (quantity: number) => void;
  /** Turns the hold into a sale. Does nothing where nothing is held. */
  readonly confirm: () => void;
  /** Gives the seats back. Does nothing where nothing is held. */
  readonly giveBack: () => void;
  /** Forgets how the last command and the last hold ended. */
  readonly dismiss: () => void;
  /** Asks the server again what is held. */
  readonly readAgain: () => void;
}

/** An attempt that the server has not heard of may still be on its way: so often it is asked for, and so far apart. */
const unsettledReadCountMax = 20;
const unsettledReadPeriodMs = 3_000;

/**
 * The user's hold of an event, wherever it was made: by this page, before a reload, in another tab or on another
 * machine. The countdown goes by the server's time. Seats are never held twice: an attempt keeps its id, in
 * `localStorage`, until its fate is known.
 *
 * @example
 * const { hold, reserve, confirm } = useHold(eventId);
 * if (hold.status === 'none') return <button onClick={() => reserve(2)}>Hold two seats</button>;
 * if (hold.status === 'held') return <button onClick={confirm}>Buy, {Math.ceil(hold.remainingMs / 1_000)} s left</button>;
 */
export function useHold(eventId: string): OwnHoldHandle {
  const { note, command } = useHoldCommand(eventId);
  const query = useOwnHold(eventId, command.state.status === 'running');
  const now = useSteadyNow(Boolean(query.data?.held));
  const hold = describeHold(query, now);
  const { refetch } = query;
  // The page's clock says that it has lapsed; the server says what is so.
  const isOver = Boolean(query.data?.held) && hold.status === 'none';
  useEffect(() => {
    if (isOver) void refetch();
  }, [isOver, refetch]);
  const send = (type: 'confirm' | 'giveBack') => {
    if (hold.status === 'held') void command.run({ type, bookingId: hold.booking.id });
  };
  return {
    hold,
    command: command.state,
    reserve: (quantity) => void command.run({ type: 'reserve', quantity }),
    changeQuantity(quantity) {
      if (hold.status !== 'held') return;
      void command.run({ type: 'changeQuantity', bookingId: hold.booking.id, quantity });
    },
    confirm: () => send('confirm'),
    giveBack: () => send('giveBack'),
    dismiss() {
      command.reset();
      if (query.data) void note({ ...query.data, ended: null });
    },
    readAgain: () => void refetch(),
  };
}

/** The commands of a hold. What an answer shows is noted at once: it is newer than what is being read. */
function useHoldCommand(eventId: string) {
  const page = usePage();
  const queryClient = useQueryClient();
  async function note(own: OwnHold | null): Promise<void> {
    if (own === null) return;
    const queryKey = keysOf(page.userId).hold(eventId);
    await queryClient.cancelQueries({ queryKey });
    queryClient.setQueryData<OwnHold>(queryKey, own);
  }
  const command = useCommand<HoldCommand, HoldAnswer>(async (given, attempt) => {
    const answer = await sendHoldCommand(page, { eventId, command: given }, attempt);
    await note(ownHoldIn(answer, page.clock.now()));
    return answer;
  });
  return { note, command };
}

/** What the server says. */
function useOwnHold(eventId: string, isBusy: boolean) {
  const page = usePage();
  const queryClient = useQueryClient();
  const queryKey = keysOf(page.userId).hold(eventId);
  return useQuery({
    queryKey,
    queryFn({ signal }) {
      const before = queryClient.getQueryData<OwnHold>(queryKey) ?? nothingOwn;
      return findOwnHold(page, { eventId, before }, signal);
    },
    // The client has retried already, and knows when it is of use.
    retry: false,
    networkMode: 'always',
    refetchInterval({ state }) {
      const isUnsettled = page.journal.find(eventId) !== null && state.data?.held === null;
      const isDue = isUnsettled && !isBusy && state.dataUpdateCount < unsettledReadCountMax;
      return isDue ? unsettledReadPeriodMs : false;
    },
  });
}
