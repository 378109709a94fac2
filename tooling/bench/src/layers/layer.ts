/** One figure of one layer: what it does, and how often it does it in a second. */
export interface LayerRow {
  readonly layer: 'decide' | 'admit' | 'commit' | 'call';
  readonly what: string;
  readonly unit: string;
  readonly perSecond: number;
}

/** Runs `work`, which does `count` things, again and again for so long. Gives things a second. */
export async function rateOf(
  durationMs: number,
  count: number,
  work: () => Promise<unknown> | void,
): Promise<number> {
  await work();
  const startedAt = performance.now();
  let [done, tookMs] = [0, 0];
  while (tookMs < durationMs) {
    await work();
    done += count;
    tookMs = performance.now() - startedAt;
  }
  return (done * 1_000) / tookMs;
}
