import { fileURLToPath } from 'node:url';
import { startChild } from '../child.ts';
import type { LayerRow } from './layer.ts';

/** Where the layers find their servers, and for how long each of their figures is measured. */
export interface LayerOrder {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly durationMs: number;
}

const entry = fileURLToPath(new URL('./measure.ts', import.meta.url));
const layersTimeoutMs = 120_000;

/**
 * Measures each layer alone: rules, admission, writer, router.
 *
 * @example await measureLayers({ databaseUrl, redisUrl, redisPrefix: 'bench', durationMs: 1_000 })
 */
export async function measureLayers(order: LayerOrder): Promise<readonly LayerRow[]> {
  await using child = startChild<readonly LayerRow[]>({ name: 'The layers', entry });
  const answered = child.next(layersTimeoutMs);
  child.send(order);
  return await answered;
}
