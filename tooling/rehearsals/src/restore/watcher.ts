import { createHoldfastClient } from '@holdfast/client';
import type { Stack } from '@holdfast/cli/parts';

/** A page that was open all the time. */
export interface Watcher extends AsyncDisposable {
  /** The seats that it shows as free; `null`: none yet. */
  shown(): number | null;
}

/** Watches an event, as a page does, over every restart. */
export async function openWatcher({ url }: Stack, eventId: string): Promise<Watcher> {
  const { event } = createHoldfastClient({ url, retry: { backoffBaseMs: 50, backoffMaxMs: 500 } });
  const end = new AbortController();
  let shown: number | null = null;
  const first = Promise.withResolvers<void>();
  const watching = (async () => {
    for await (const { changes } of event.watch({ eventId }, { signal: end.signal })) {
      shown = changes.at(-1)?.availableSeats ?? shown;
      first.resolve();
    }
  })();
  watching.catch(first.reject);
  await first.promise;
  return {
    shown: () => shown,
    async [Symbol.asyncDispose]() {
      end.abort();
      await watching;
    },
  };
}
