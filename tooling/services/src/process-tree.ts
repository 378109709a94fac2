import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Is there a process of this id, ours or not? */
export function isAlive(pid: number): boolean {
  return signal(pid, 0) !== 'gone';
}

/** The command line of a process, its words joined by spaces; empty where it cannot be read. */
export function commandLineOf(pid: number): string {
  const read = readProc(`${pid}/cmdline`)?.replaceAll('\0', ' ');
  return (read ?? printedBy('ps', '-o', 'command=', '-p', String(pid))).trim();
}

/**
 * Send a signal to a process and to all below it. PostgreSQL answers each client from a process of
 * its own: stopping or killing only the first one would leave open connections working.
 *
 * Each is stopped while those below it are looked up, so that none is forked meanwhile.
 */
export function signalTree(pid: number, name: NodeJS.Signals): void {
  if (name !== 'SIGCONT') signal(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) signalTree(child, name);
  signal(pid, name);
}

/** Send a signal to one process. A process that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals | 0): 'sent' | 'gone' {
  try {
    process.kill(pid, name);
    return 'sent';
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return 'gone';
    if (hasCode(error, 'EPERM')) return 'sent';
    throw error;
  }
}

function childrenOf(pid: number): readonly number[] {
  const listed = readProc(`${pid}/task/${pid}/children`) ?? printedBy('pgrep', '-P', String(pid));
  return listed.split(/\s+/).filter(Boolean).map(Number);
}

/** `null` where the system has no such file, or the process is gone. */
function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return null;
  }
}

function printedBy(program: string, ...args: string[]): string {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
