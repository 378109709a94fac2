import type { Restartable } from '@holdfast/cli/parts';

/** Ends each process in good order, and starts it again as the release says now, one after the other. */
export async function roll(processes: readonly Restartable[]): Promise<void> {
  for (const each of processes) {
    await each.child.stop();
    await each.restart();
  }
}
