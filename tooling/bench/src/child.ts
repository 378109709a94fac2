import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnv } from '@holdfast/command';

/** A program of this package in a process of its own. Disposing of it ends it at once. */
export interface Child<Message> extends AsyncDisposable {
  /** The next thing that it says. Throws where it ends first, or says nothing for so long. */
  next(timeoutMs: number): Promise<Message>;
  send(message: object): void;
}

export interface ChildPlan {
  /** As people call it. */
  readonly name: string;
  readonly entry: string;
  readonly args?: readonly string[];
  /** Changes to this process's environment; `null` takes a variable away. */
  readonly env?: Readonly<Record<string, string | null>>;
}

/**
 * Starts a program as in production. Its standard output goes to /dev/null, as its log does; both
 * talk over a channel, and the program ends when that closes, so it never outlives the bench.
 */
export function startChild<Message>({ name, entry, args = [], env }: ChildPlan): Child<Message> {
  const child = spawn(process.execPath, [entry, ...args], {
    // Ctrl-C reaches the bench alone, which ends its children when it has finished a run.
    detached: true,
    env: childEnv({ NODE_ENV: 'production', ...env }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    next: (timeoutMs) =>
      new Promise((resolve, reject) => {
        const fail = (why: string) => {
          settle();
          reject(new Error(`${name} ${why}.`));
        };
        const onMessage = (message: Message) => {
          settle();
          resolve(message);
        };
        const onExit = () => fail('ended by itself');
        const timer = setTimeout(() => fail(`said nothing for ${timeoutMs} ms`), timeoutMs);
        const settle = () => {
          clearTimeout(timer);
          child.off('message', onMessage).off('exit', onExit);
        };
        child.once('message', onMessage).once('exit', onExit);
      }),
    send: (message) => void child.send(message),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
