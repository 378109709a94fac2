import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnv, ProcessFailed } from '@holdfast/command';
import type { LogListener } from './alarms.ts';
import { type JsonObject, parseObject } from '../json-object.ts';
import { ending } from './repository.ts';
import { createLogTail, type LogTail } from './log-tail.ts';

/** A program of this repository, run by Node in a process of its own. */
interface ChildPlan {
  readonly name: string;
  readonly entry: string;
  /** What Node itself is told. */
  readonly nodeFlags?: readonly string[];
  /** What goes before the command line, to run it on another host: see Host of the services. */
  readonly enter?: readonly string[];
  readonly env: Readonly<Record<string, string | null>>;
  /** The `msg` of the log line that says it is up. */
  readonly readyMessage: string;
  readonly onLogLine: LogListener;
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly ready: JsonObject;
  isAlive(): boolean;
  readonly ended: Promise<void>;
  /** The last lines of its log that may say why it ended, oldest first. */
  logTail(): readonly string[];
  kill(signal: NodeJS.Signals): void;
  /** Ends it in good order (SIGTERM), for at most 20 s, then by force. Repeatable. */
  stop(): Promise<void>;
}

const readyTimeoutMs = 30_000;
const stopTimeoutMs = 20_000;
const guard = fileURLToPath(new URL(`./end-with-parent${ending}`, import.meta.url));

/**
 * Starts a program and waits until its log says that it is up. Throws ProcessFailed, with the end
 * of its log, where it ends first or says nothing for 30 s; then it is stopped.
 */
export async function startChild(plan: ChildPlan): Promise<Child> {
  const { name, entry, nodeFlags = [], enter = [] } = plan;
  const node = [process.execPath, ...nodeFlags, '--import', guard, entry] as const;
  const [program, ...args] = [...enter, ...node];
  const child = spawn(program, args, {
    detached: true,
    env: childEnv(plan.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const log = createLogTail();
  const ready = Promise.withResolvers<JsonObject>();
  const failed = (problem: string) => ready.reject(new ProcessFailed(name, problem, log.last()));
  let isReady = false;
  const onLine = (line: string) => {
    plan.onLogLine(name, line);
    // Under load there are thousands of lines, and one that matters.
    const entryOfLog = isReady ? null : parseObject(line);
    if (entryOfLog?.msg !== plan.readyMessage) return;
    isReady = true;
    ready.resolve(entryOfLog);
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) log.follow(stream, onLine);
  child.once('error', (error) => failed(`could not be run: ${error.message}`));
  // `close` and not `exit`: by then all that it wrote has been read.
  child.once('close', (code, signal) => failed(`ended before it was up (${signal ?? code})`));
  const timer = setTimeout(() => failed(`was not up after ${readyTimeoutMs} ms`), readyTimeoutMs);
  try {
    return asChild(name, child, { ready: await ready.promise, log });
  } catch (error) {
    await stop(child);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function asChild(
  name: string,
  child: ChildProcess,
  { ready, log }: { readonly ready: JsonObject; readonly log: LogTail },
): Child {
  return {
    name,
    pid: child.pid ?? 0,
    ready,
    isAlive: () => !hasEnded(child),
    ended: once(child, 'close').then(() => {}),
    logTail: () => log.last(),
    kill: (signal) => void child.kill(signal),
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const ended = once(child, 'exit');
  // A frozen process hears nothing until it goes on.
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
