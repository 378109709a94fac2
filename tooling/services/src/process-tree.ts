import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Is there a process of this id, ours or not? */
export function isAlive(pid: number): boolean {
  return signal(pid, 0) !== 'gone';
}

/** The command line of a process, its words joined by spaces; empty where it cannot be read. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return hasProc() ? '' : ps('-o', 'command=', '-p', String(pid)).trim();
  }
}

/**
 * Send a signal to a process and to all below it. PostgreSQL answers each client from a process of
 * its own: stopping or killing only the first one would leave open connections working.
 *
 * The first is stopped while the others are looked up, so that none is forked meanwhile.
 */
export function signalTree(pid: number, name: NodeJS.Signals): void {
  if (name !== 'SIGCONT') signal(pid, 'SIGSTOP');
  for (const child of descendantsOf(pid)) signal(child, name);
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

function descendantsOf(root: number): number[] {
  const parents = hasProc() ? parentsFromProc() : parentsFromPs();
  const found = [root];
  // `found` grows while it is walked: a child is looked up after its parent was added.
  for (const parent of found) {
    for (const [child, itsParent] of parents) if (itsParent === parent) found.push(child);
  }
  return found.slice(1);
}

function parentsFromProc(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const parent = parentFromStat(entry);
    if (parent !== null) parents.set(Number(entry), parent);
  }
  return parents;
}

function parentFromStat(pid: string): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // "pid (name) state ppid …": the name may itself hold spaces and brackets.
    const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(parent);
  } catch {
    return null;
  }
}

function parentsFromPs(): Map<number, number> {
  const parents = new Map<number, number>();
  for (const line of ps('-axo', 'pid=,ppid=').split('\n')) {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    if (pid !== undefined && parent !== undefined) parents.set(pid, parent);
  }
  return parents;
}

function ps(...args: string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function hasProc(): boolean {
  return process.platform === 'linux';
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
