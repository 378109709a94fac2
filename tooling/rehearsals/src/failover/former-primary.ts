import { withDatabase } from '@holdfast/cli/parts';
import type { ServiceHandle } from '@holdfast/services';

/**
 * Starts the former primary again, as a supervisor would that knows nothing of the promotion, and looks at it
 * as an api would: it must not count as ready, because a booking that it took would be lost.
 *
 * @returns a sentence for each thing that does not hold
 */
export async function lookAtFormer(former: {
  readonly url: string;
  readonly handle: ServiceHandle;
}): Promise<readonly string[]> {
  await former.handle.restart();
  try {
    const isReady = await withDatabase({ url: former.url }, async (database) => {
      try {
        await database.ping();
        return true;
      } catch {
        return false;
      }
    });
    return isReady ? ['The former primary came back, and an api would sell from it.'] : [];
  } finally {
    former.handle.kill('SIGKILL');
  }
}
