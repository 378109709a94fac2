import type { Child } from './child.ts';
import { type Grounds, startApi, urlOf } from './grounds.ts';
import { type Restartable, startRestartable } from './restartable.ts';

/** The api processes of a stack. */
export interface ApisPlan {
  readonly processCount: number;
  /** The port of the first process; 0 for any free one. */
  readonly port: number;
  /** All processes listen on that port, and the kernel spreads connections; else each on its own. */
  readonly sharesPort: boolean;
  /** Connections of each process's pool; `null`: as the environment says. */
  readonly poolSize: number | null;
}

/**
 * Starts the api processes. Throws ProcessFailed where one does not come up; `started` stops those
 * that did, then as in the end.
 */
export async function startApis(
  grounds: Grounds,
  plan: ApisPlan,
  started: AsyncDisposableStack,
): Promise<readonly Restartable[]> {
  const { processCount, poolSize } = plan;
  const sharesPort = plan.sharesPort && processCount > 1;
  const startOne = async (index: number, firstPort: number): Promise<Restartable> => {
    const name = processCount === 1 ? 'api' : `api ${index + 1}`;
    const api = await startRestartable((before) => {
      const port = before === null ? firstPort : portOf(before);
      return startApi(grounds, { name, port, sharesPort, poolSize });
    });
    started.defer(() => api.stop());
    return api;
  };
  const first = await startOne(0, plan.port);
  // Any free port is the one that the first of them has found.
  const portOfOthers = sharesPort ? portOf(first.child) : 0;
  const begun = await Promise.allSettled(
    Array.from({ length: processCount - 1 }, (_, index) => startOne(index + 1, portOfOthers)),
  );
  const failed = begun.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return [first, ...begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))];
}

function portOf(api: Child): number {
  return Number(new URL(urlOf(api)).port);
}
