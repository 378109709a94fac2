import { answerParent } from '../child.ts';
import { measureCall } from './call.ts';
import { measureCommit } from './commit.ts';
import { measureDecide } from './decide.ts';
import type { LayerRow } from './layer.ts';
import { measureRedis } from './redis.ts';

/** Where the layers find their servers, and for how long each of their figures is measured. */
export interface LayerOrder {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redisPrefix: string;
  readonly durationMs: number;
}

/** Measures the layers one after the other, in a process of its own. */
async function measure(order: LayerOrder): Promise<readonly LayerRow[]> {
  const { databaseUrl, redisUrl, redisPrefix, durationMs } = order;
  return [
    ...(await measureDecide(durationMs)),
    ...(await measureRedis({ url: redisUrl, prefix: redisPrefix }, durationMs)),
    ...(await measureCommit(databaseUrl, durationMs)),
    ...(await measureCall(durationMs)),
  ];
}

const functions = { measure };

export type LayerFunctions = typeof functions;

answerParent(functions);
