/** One figure of one layer: what it does, and how often it does it in a second. */
export interface LayerRow {
  readonly layer: 'decide' | 'redis' | 'commit' | 'call';
  readonly what: string;
  readonly unit: string;
  readonly perSecond: number;
}

/** A thing that a layer does, `count` of it at a time. */
interface LayerWork extends Omit<LayerRow, 'perSecond'> {
  readonly count: number;
  readonly work: () => Promise<unknown> | void;
}

/** Does it again and again for so long. */
export async function measureLayer(
  { count, work, ...row }: LayerWork,
  durationMs: number,
): Promise<LayerRow> {
  await work();
  const startedAt = performance.now();
  let [done, tookMs] = [0, 0];
  while (tookMs < durationMs) {
    await work();
    done += count;
    tookMs = performance.now() - startedAt;
  }
  return { ...row, perSecond: (done * 1_000) / tookMs };
}
