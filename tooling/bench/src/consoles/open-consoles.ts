import { createHoldfastClient } from '@holdfast/client';

export interface ConsolesPlan {
  readonly url: string;
  /** Of who organizes the event. */
  readonly token: string;
  readonly eventId: string;
  readonly consoleCount: number;
}

/** Consoles that are open. */
export interface OpenConsoles extends AsyncDisposable {
  /** Seconds that the least told of them was told of. */
  secondCount(): number;
}

/**
 * Opens consoles of one event, as its organizer's pages do, and waits until each has been told something.
 *
 * @example await using consoles = await openConsoles({ url, token, eventId, consoleCount: 3 });
 */
export async function openConsoles(plan: ConsolesPlan): Promise<OpenConsoles> {
  const { url, token, eventId, consoleCount } = plan;
  const left = new AbortController();
  const told = Array.from({ length: consoleCount }, () => new Set<string>());
  const following: Promise<void>[] = [];
  const opened = told.map(async (seconds) => {
    const { event } = createHoldfastClient({ url, token });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const follow = async () => {
      for await (const update of event.sale({ eventId }, { signal: left.signal })) {
        for (const { at } of update.seconds) seconds.add(at);
        resolve();
      }
    };
    following.push(follow().catch(reject));
    await promise;
  });
  await Promise.all(opened);
  return {
    secondCount: () => Math.min(...told.map(({ size }) => size)),
    async [Symbol.asyncDispose]() {
      left.abort();
      await Promise.all(following);
    },
  };
}
