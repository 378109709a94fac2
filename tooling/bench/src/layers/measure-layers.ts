import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childEnv } from '../env.ts';
import type { LayerRow } from './layer.ts';

/** Where the layers find their servers, and for how long each of their figures is measured. */
export interface LayerOrder {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly durationMs: number;
}

const entry = fileURLToPath(new URL('./measure.ts', import.meta.url));

/**
 * Measures each layer alone: rules, admission, writer, router.
 *
 * @example await measureLayers({ databaseUrl, redisUrl, redisPrefix: 'bench', durationMs: 1_000 })
 */
export async function measureLayers(order: LayerOrder): Promise<readonly LayerRow[]> {
  const process = spawn(globalThis.process.execPath, [entry], {
    detached: true,
    env: childEnv({ NODE_ENV: 'production' }),
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(process, 'exit').then(() => {
    throw new Error('The layers could not be measured: their process ended.');
  });
  // It ends when it has answered, too.
  ended.catch(() => {});
  const answered = once(process, 'message') as Promise<[readonly LayerRow[]]>;
  process.send(order);
  const [rows] = await Promise.race([answered, ended]);
  return rows;
}
