import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnv } from '@holdfast/command';
import { type BirpcReturn, createBirpc } from 'birpc';

/** A program of this package in a process of its own. Disposing of it ends it at once. */
export interface Child<Functions extends object> extends AsyncDisposable {
  /** What it can be asked. A call throws where the process ends first, or does not answer. */
  readonly remote: BirpcReturn<Functions>;
}

interface ChildPlan {
  readonly name: string;
  readonly entry: string;
  /** What Node itself is told. */
  readonly nodeFlags?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | null>>;
}

/** Longer than anything takes that is asked of a child. */
const timeout = 120_000;

/**
 * Starts a program as in production. Its standard output goes to /dev/null, as its log does; calls go
 * over a channel, and the program ends when that closes, so it never outlives the bench.
 *
 * @example await using child = startChild<LayerFunctions>({ name: 'The layers', entry });
 */
export function startChild<Functions extends object>(plan: ChildPlan): Child<Functions> {
  const { name, entry, nodeFlags = [], args = [], env } = plan;
  const child = spawn(process.execPath, [...nodeFlags, entry, ...args], {
    // Ctrl-C reaches the bench alone, which ends its children when it has finished a run.
    detached: true,
    env: childEnv({ NODE_ENV: 'production', ...env }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    // Errors pass whole.
    serialization: 'advanced',
  });
  const remote = createBirpc<Functions>(
    {},
    {
      post: (message: object) => void child.send(message),
      on: (listener) => void child.on('message', listener),
      timeout,
    },
  );
  child.once('exit', () => remote.$close(new Error(`${name} ended by itself.`)));
  return {
    remote,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** In such a program: answers what its parent asks, and ends with it. */
export function answerParent(functions: object): void {
  process.once('disconnect', () => process.exit());
  createBirpc(functions, {
    post: (message: object) => void process.send?.(message),
    on: (listener) => void process.on('message', listener),
  });
}
