import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** Programs with process ids of their own, which live and die together, as on a machine. */
export interface Machine {
  isAlive(): boolean;
  /** All of them are gone at once, as when the power fails. Resolves when they are. */
  kill(): Promise<void>;
}

interface MachinePlan {
  readonly command: readonly [string, ...string[]];
  /** What its programs print is appended here. */
  readonly logFile: string;
  /** As whom they run: PostgreSQL refuses root. */
  readonly user: string;
}

/** The kernel kills all processes of a namespace with its first one, and that one with us. */
const apart = ['--pid', '--fork', '--kill-child', '--mount-proc'];

/** Starts a program, and what that will start, on a machine of its own. Needs root. */
export async function startMachine({ command, logFile, user }: MachinePlan): Promise<Machine> {
  const log = openSync(logFile, 'a');
  // A change of the user clears what the kernel was told of our death, so it is told again.
  const lasting = ['--pdeathsig', 'KILL', '--'];
  const asUser = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', ...lasting];
  const child = spawn('unshare', [...apart, ...asUser, ...command], {
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  // Where the program does not exist, this throws the reason.
  await once(child, 'spawn');
  return { isAlive: () => !hasEnded(child), kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
