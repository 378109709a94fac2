import { messageOf, ProcessFailed } from '@holdfast/command';
import type { Restartable } from './restartable.ts';

/** So often processes are started again within so long; more than that is no accident. */
const restartCountMax = 5;
const restartWindowMs = 60_000;

/** Takes one restart. `false`: there have been too many lately. */
type RestartAllowance = () => boolean;

/** Five restarts a minute, for all processes that share it. */
export function restartAllowance(now: () => number = () => performance.now()): RestartAllowance {
  let restartedAtMs: readonly number[] = [];
  return () => {
    restartedAtMs = restartedAtMs.filter((atMs) => atMs > now() - restartWindowMs);
    if (restartedAtMs.length >= restartCountMax) return false;
    restartedAtMs = [...restartedAtMs, now()];
    return true;
  };
}

interface Keeping {
  readonly mayRestart: RestartAllowance;
  readonly tell: (line: string) => void;
  readonly until: AbortSignal;
}

/**
 * Starts a process again whenever it dies by itself, and tells of it, with the end of its log. A
 * start that fails counts as a death. Resolves when `until` aborts; throws ProcessFailed when the
 * allowance is spent.
 *
 * @example
 * const mayRestart = restartAllowance();
 * await Promise.all(apis.map((api) => keepRunning(api, { mayRestart, tell, until })));
 */
export async function keepRunning(
  process: Restartable,
  { mayRestart, tell, until }: Keeping,
): Promise<void> {
  while (await endsBefore(process, until)) {
    const { name, child } = process;
    const log = child.logTail();
    if (!mayRestart()) throw new ProcessFailed(name, 'ended by itself again and again', log);
    tell(`The ${name} ended by itself, and is started again. The end of its log:`);
    for (const line of log) tell(`  ${line}`);
    await process.restart().then(
      () => tell(`The ${name} is up again.`),
      (error: unknown) => tell(`The ${name} did not start: ${messageOf(error)}`),
    );
  }
}

/** Resolves when `until` aborts. Throws ProcessFailed when the process ends before that. */
export async function failWhenEnded(process: Restartable, until: AbortSignal): Promise<void> {
  if (!(await endsBefore(process, until))) return;
  throw new ProcessFailed(process.name, 'ended by itself', process.child.logTail());
}

/** `true` when the process has ended, `false` when `until` aborts before that. */
async function endsBefore({ child }: Restartable, until: AbortSignal): Promise<boolean> {
  if (until.aborted) return false;
  const aborted = Promise.withResolvers<boolean>();
  const onAbort = () => aborted.resolve(false);
  until.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([child.ended.then(() => true), aborted.promise]);
  } finally {
    until.removeEventListener('abort', onAbort);
  }
}
