import { fileURLToPath } from 'node:url';
import { startChild } from '../child.ts';
import type { LayerFunctions, LayerOrder } from './all.ts';
import type { LayerRow } from './layer.ts';

const entry = fileURLToPath(new URL('./all.ts', import.meta.url));

/**
 * Measures each layer alone: rules, admission, writer, router.
 *
 * @example await measureLayers({ databaseUrl, redisUrl, redisPrefix: 'bench', durationMs: 1_000 })
 */
export async function measureLayers(order: LayerOrder): Promise<readonly LayerRow[]> {
  await using child = startChild<LayerFunctions>({ name: 'The layers', entry });
  return await child.remote.measure(order);
}
