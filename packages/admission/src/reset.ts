import { keysOf } from './keys.ts';
import { readScript, runScript } from './script.ts';
import type { Site } from './site.ts';

const resetScript = readScript('reset-1');

/** Makes the event cold; its leases stay. @throws RangeError for what is no event id. */
export function reset({ redis, prefix }: Site, eventId: string): () => Promise<void> {
  const [stateKey] = keysOf(prefix, eventId);
  return async () => {
    await runScript(redis, resetScript, { keys: [stateKey], args: [] });
  };
}
