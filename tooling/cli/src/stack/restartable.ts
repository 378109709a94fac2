import type { Child } from './child.ts';

/** One process of a stack that may be killed and started again, as something outside would do it. */
export interface Restartable {
  readonly name: string;
  readonly child: Child;
  /** Kills it (SIGKILL) and waits for its end. */
  kill(): Promise<void>;
  /** Starts it again as it was. Throws ProcessFailed where it does not come up. */
  restart(): Promise<void>;
  /** Ends it in good order, also while it is being restarted. Nothing is started after that. */
  stop(): Promise<void>;
}

/**
 * Starts a process that can be restarted. `start` gets the process before, or `null` the first
 * time: what others know of it (its port) should stay.
 *
 * @example
 * const api = await startRestartable((before) => startChild({ …, port: before ? portOf(before) : 0 }));
 * await api.kill();
 * await api.restart();
 */
export async function startRestartable(
  start: (before: Child | null) => Promise<Child>,
): Promise<Restartable> {
  let child = await start(null);
  let restarting: Promise<void> = Promise.resolve();
  let isStopped = false;
  const startAgain = async () => {
    if (!isStopped) child = await start(child);
  };
  return {
    name: child.name,
    get child() {
      return child;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await child.ended;
    },
    restart: () => (restarting = startAgain()),
    stop: async () => {
      isStopped = true;
      // A start that failed has stopped its process itself, and was told to whoever asked for it.
      await restarting.catch(() => {});
      await child.stop();
    },
  };
}
