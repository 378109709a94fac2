import { createInterface } from 'node:readline';

/** Resolves when Enter is pressed on the terminal. Throws Interrupted when `stop` aborts before that. */
export async function untilEnter(stop: AbortSignal): Promise<void> {
  stop.throwIfAborted();
  const lines = createInterface({ input: process.stdin, signal: stop });
  // Closed without a line: after Ctrl-C, or at the end of the input, where nobody can press anything any more.
  for await (const _line of lines) break;
  lines.close();
  stop.throwIfAborted();
}
