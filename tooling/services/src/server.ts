import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { arePortsFree, findFreePort } from './free-port.ts';
import { type ServerCommand, spawnGuarded } from './guarded-process.ts';
import { signal, signalTree } from './process-tree.ts';

/** A server that runs on this machine because we started it. */
export interface ServiceHandle {
  /** The process id of the server itself, as of its last start. */
  readonly pid: number;
  /** On 127.0.0.1; the same for as long as the handle lives. */
  readonly port: number;
  /** End it in good order, for at most 10 s, then by force. Safe to repeat, safe while it is frozen. */
  stop(): Promise<void>;
  /**
   * Send a signal (SIGKILL), for fault tests. SIGKILL, SIGSTOP and SIGCONT reach every process of
   * the server, as a dead or frozen machine would; the others only the first, as servers expect.
   */
  kill(name?: NodeJS.Signals): void;
  /** Stop it if it runs, then start it with the same data on the same port. */
  restart(): Promise<void>;
}

/** What one kind of server needs to be run. */
export interface ServerPlan {
  readonly name: string;
  readonly logFile: string;
  /** How many ports in a row it listens on; its own is the first. */
  readonly portCount: number;
  /** Called before each start: remove what a killed server left, or say that the place is taken. */
  prepare(): Promise<void>;
  command(port: number): Omit<ServerCommand, 'logFile'>;
  /** Resolves when the server answers a query, throws as long as it does not. */
  ping(port: number): Promise<void>;
  /** A complaint in the log that goes away by itself after a crash: worth another try. */
  readonly passingComplaint: RegExp | null;
}

const portAttemptsMax = 5;
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;
const pollIntervalMs = 20;
const passingComplaintIntervalMs = 100;
const logTailLines = 12;
const logBytesMax = 10_000_000;

/** Start a server on a port that is free on 127.0.0.1, and wait until it answers. */
export async function startServer(plan: ServerPlan): Promise<ServiceHandle> {
  await boundLog(plan.logFile);
  const { port, child } = await launchOnFreePort(plan);
  let current = child;
  return {
    port,
    get pid() {
      return current.pid;
    },
    stop: () => stop(current),
    kill: (name = 'SIGKILL') => send(current, name),
    restart: async () => {
      await stop(current);
      current = await launch(plan, port);
    },
  };
}

type ServerProcess = ChildProcess & { pid: number };

async function launchOnFreePort(plan: ServerPlan) {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort(plan.portCount);
    try {
      return { port, child: await launch(plan, port) };
    } catch (error) {
      const wasTaken = !(await arePortsFree(port, plan.portCount));
      if (!wasTaken || attempt === portAttemptsMax) throw error;
    }
  }
}

async function launch(plan: ServerPlan, port: number): Promise<ServerProcess> {
  const deadline = Date.now() + startTimeoutMs;
  for (;;) {
    await plan.prepare();
    const logLength = (await readLog(plan)).length;
    const child = await spawnGuarded({ ...plan.command(port), logFile: plan.logFile });
    child.unref();
    const complaint = await waitUntilReady(plan, { child, port, deadline });
    if (complaint === null) return child;

    await stop(child);
    const log = (await readLog(plan)).slice(logLength);
    if (!plan.passingComplaint?.test(log) || Date.now() > deadline) {
      throw new Error(`${plan.name} did not start: ${complaint}.\n${tail(log)}`);
    }
    await sleep(passingComplaintIntervalMs);
  }
}

interface Launched {
  readonly child: ServerProcess;
  readonly port: number;
  readonly deadline: number;
}

/** `null` once it answers, else what went wrong. */
async function waitUntilReady(plan: ServerPlan, launched: Launched): Promise<string | null> {
  const { child, port, deadline } = launched;
  let complaint = 'no answer yet';
  while (Date.now() < deadline) {
    if (hasEnded(child)) return `it ended at once (${child.exitCode ?? child.signalCode})`;
    try {
      await plan.ping(port);
      return null;
    } catch (error) {
      complaint = error instanceof Error ? error.message : String(error);
    }
    await sleep(pollIntervalMs);
  }
  return `no answer in ${startTimeoutMs} ms (${complaint})`;
}

async function stop(child: ServerProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.ref();
  // A frozen server hears nothing until it goes on.
  signalTree(child.pid, 'SIGCONT');
  signal(child.pid, 'SIGINT');
  const timer = setTimeout(() => signalTree(child.pid, 'SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

function send(child: ServerProcess, name: NodeJS.Signals): void {
  if (hasEnded(child)) return;
  const isForAll = name === 'SIGKILL' || name === 'SIGSTOP' || name === 'SIGCONT';
  if (isForAll) signalTree(child.pid, name);
  else signal(child.pid, name);
}

function hasEnded(child: ServerProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** A log that is kept over starts is begun anew when it has grown long. */
async function boundLog(path: string): Promise<void> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > logBytesMax) await truncate(path);
}

async function readLog(plan: ServerPlan): Promise<string> {
  return readFile(plan.logFile, 'utf8').catch(() => '');
}

function tail(log: string): string {
  return log.trim().split('\n').slice(-logTailLines).join('\n');
}
