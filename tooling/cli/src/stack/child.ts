import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnv } from './env.ts';
import { ProcessFailed } from './failure.ts';
import { type JsonObject, parseObject } from './json-object.ts';
import { createLogTail, type LogTail } from './log-tail.ts';

/** A program of this repository, run by Node in a process of its own. */
export interface ChildPlan {
  /** As people call it: `api`, `worker`. */
  readonly name: string;
  /** The file to run. */
  readonly entry: string;
  /** Changes to this process's environment; `null` takes a variable away. */
  readonly env: Readonly<Record<string, string | null>>;
  /** The `msg` of the log line that says it is up. */
  readonly readyMessage: string;
  /** Hears every line that it writes. */
  readonly onLine: (line: string) => void;
}

/** A running program and the end of its log. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  /** The log line that said it was up. */
  readonly ready: JsonObject;
  /** Is the process still there? */
  isAlive(): boolean;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** The last `count` lines of its log that may say why it ended, oldest first. */
  logTail(count: number): readonly string[];
  /** Sends a signal, for fault tests. */
  kill(signal: NodeJS.Signals): void;
  /** Ends it in good order (SIGTERM), for at most `stopTimeoutMs`, then by force. Repeatable. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;
const logTailCount = 15;
const guard = fileURLToPath(new URL('./end-with-parent.ts', import.meta.url));

/**
 * Starts a program and waits until its log says that it is up. Throws ProcessFailed, with the end
 * of its log, where it ends first or says nothing for 30 s; then it is stopped.
 */
export async function startChild(plan: ChildPlan): Promise<Child> {
  const process = spawn(globalThis.process.execPath, ['--import', guard, plan.entry], {
    detached: true,
    env: childEnv(plan.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createLogTail();
  const ready = Promise.withResolvers<JsonObject>();
  const failed = (problem: string) =>
    ready.reject(new ProcessFailed(plan.name, problem, log.last(logTailCount)));
  let isReady = false;
  const onLine = (line: string) => {
    plan.onLine(line);
    // Under load there are thousands of lines, and one that matters.
    const entry = isReady ? null : parseObject(line);
    if (entry?.msg !== plan.readyMessage) return;
    isReady = true;
    ready.resolve(entry);
  };
  if (process.stdout) log.follow(process.stdout, onLine);
  if (process.stderr) log.follow(process.stderr, onLine);
  process.once('error', (error) => failed(`could not be run: ${error.message}`));
  // `close` and not `exit`: by then all that it wrote has been read.
  process.once('close', (code, signal) => failed(`ended before it was up (${signal ?? code})`));
  const timer = setTimeout(() => failed(`was not up after ${readyTimeoutMs} ms`), readyTimeoutMs);
  try {
    return asChild(plan.name, process, { ready: await ready.promise, log });
  } catch (error) {
    await stopProcess(process);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

interface Observed {
  readonly ready: JsonObject;
  readonly log: LogTail;
}

function asChild(name: string, process: ChildProcess, { ready, log }: Observed): Child {
  return {
    name,
    pid: process.pid ?? 0,
    ready,
    isAlive: () => !hasEnded(process),
    ended: endOf(process),
    logTail: (count) => log.last(count),
    kill: (signal) => void process.kill(signal),
    stop: () => stopProcess(process),
  };
}

async function endOf(process: ChildProcess): Promise<void> {
  await once(process, 'close');
}

async function stopProcess(process: ChildProcess): Promise<void> {
  if (process.pid === undefined || hasEnded(process)) return;
  const ended = once(process, 'exit');
  // A frozen process hears nothing until it goes on.
  process.kill('SIGCONT');
  process.kill('SIGTERM');
  const timer = setTimeout(() => process.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

function hasEnded(process: ChildProcess): boolean {
  return process.exitCode !== null || process.signalCode !== null;
}
