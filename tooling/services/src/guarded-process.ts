import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { type Disguise, userMapPrefix } from './disguise.ts';
import { run } from './run.ts';

/** A server program to run until it is told to end. */
export interface ServerCommand {
  readonly program: string;
  readonly args: readonly string[];
  /** Written to its standard input. Secrets go here: a command line can be read by everybody. */
  readonly input: string;
  readonly env: NodeJS.ProcessEnv;
  readonly disguise: Disguise;
  /** What goes before all of it: see Host. */
  readonly enter?: readonly string[];
  /** What it prints is appended here. A file and no pipe: a full or broken pipe would stop it. */
  readonly logFile: string;
}

/**
 * Start a server that ends (by SIGINT) when this process ends, even by SIGKILL. Its `pid` is the
 * server's own: the programs that come before it replace themselves by it.
 *
 * It gets a session of its own, so that Ctrl-C in the terminal reaches us alone and we can stop
 * things in the right order.
 */
export async function spawnGuarded(
  command: ServerCommand,
): Promise<ChildProcess & { pid: number }> {
  const { disguise, input, logFile } = command;
  const hasDeathSignal = await canSetDeathSignal();
  const [program, ...args] = commandLine(command, hasDeathSignal);
  const log = openSync(logFile, 'a');
  try {
    const child = spawn(program, args, {
      detached: true,
      env: command.env,
      stdio: ['pipe', log, log],
      ...(disguise.way === 'nobody' && { uid: disguise.uid, gid: disguise.gid }),
    });
    // Where the program does not exist, this throws the reason.
    await once(child, 'spawn');
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    if (!hasPid(child)) throw new Error(`${program} has no process id`);
    if (!hasDeathSignal) guard(child);
    return child;
  } finally {
    closeSync(log);
  }
}

function commandLine(command: ServerCommand, hasDeathSignal: boolean): [string, ...string[]] {
  const deathSignal = hasDeathSignal ? deathSignalPrefix : [];
  const server: [string, ...string[]] = [command.program, ...command.args];
  const [first = command.program, ...rest] = [...deathSignal, ...server];
  // The user map comes first: entering a user namespace clears the death signal.
  const own: [string, ...string[]] =
    command.disguise.way === 'user-map' ? [...userMapPrefix, first, ...rest] : [first, ...rest];
  // Before that, because whoever is in a user namespace may enter no other network.
  const [outer, ...inner] = command.enter ?? [];
  return outer === undefined ? own : [outer, ...inner, ...own];
}

const deathSignalPrefix = ['setpriv', '--pdeathsig', 'INT', '--'] as const;

async function canSetDeathSignal(): Promise<boolean> {
  const [program, ...args] = deathSignalPrefix;
  return (await run(program, [...args, 'true'])).succeeded;
}

/**
 * Where the kernel cannot signal a server when its parent dies: a shell that waits on a pipe from
 * us. The pipe breaks when we end, however we end, and the shell passes the news on.
 */
function guard(child: ChildProcess & { pid: number }): void {
  const watcher = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(child.pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {});
  child.once('exit', () => watcher.kill('SIGKILL'));
  watcher.unref();
}

function hasPid(child: ChildProcess): child is ChildProcess & { pid: number } {
  return child.pid !== undefined;
}
