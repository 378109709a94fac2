/** Tells on stderr what is being done, a line when it is over. */
export interface Steps {
  /** Does one thing, unless the bench was interrupted before, and tells how long it took. */
  step<T>(title: string, work: () => Promise<T>, resultOf?: (result: T) => string): Promise<T>;
  readonly tell: (line: string) => void;
}

/** @example await stepsOn(process.stderr, stop).step('tokens', () => makeUsers(30_000, secret)) */
export function stepsOn(stream: NodeJS.WritableStream, stop: AbortSignal): Steps {
  return {
    async step(title, work, resultOf) {
      stop.throwIfAborted();
      const startedAt = performance.now();
      const result = await work();
      const took = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
      const end = resultOf === undefined ? took : `${resultOf(result)} (${took})`;
      stream.write(`${title}: ${end}\n`);
      return result;
    },
    tell: (line) => void stream.write(`${line}\n`),
  };
}
